/** The Budgets view as data: which lines there are, and what each says. */

import { type Budget, type BudgetState, budgetPercent, formatBudgetAmount } from '../../protocol/budgets.ts';
import { escapeMarkdown } from '../../protocol/markdown.ts';
import {
  actionText,
  amountText,
  type BudgetCondition,
  conditionOf,
  hasUnknown,
  keyText,
  percentText,
  perWindow,
  scopeText,
  standingText,
  thisWindow,
  unknownText,
} from './budget-words.ts';
import type { NodeText } from './provider-nodes.ts';
import type { Words } from './provider-state.ts';

/** A budget with the states of its keys, the fullest first. */
export interface BudgetNode {
  readonly kind: 'budget';
  readonly budget: Budget;
  readonly states: readonly BudgetState[];
}

/** One line of the view. Every line belongs to a budget, so that a command on it knows which. */
export type BudgetLine =
  | BudgetNode
  | { readonly kind: 'key'; readonly of: BudgetNode; readonly state: BudgetState }
  | { readonly kind: 'fact'; readonly of: BudgetNode; readonly fact: Fact };

type Fact = 'scope' | 'action' | 'window' | 'thresholds' | 'unknown';

/** The budgets of a list of states, in the order in which they come. */
export function budgetNodes(states: readonly BudgetState[]): readonly BudgetNode[] {
  const byBudget = Map.groupBy(states, ({ budget }) => budget.id);
  return [...byBudget.values()].flatMap((own) => {
    const [first] = own;
    const sorted = own.toSorted((a, b) => budgetPercent(b) - budgetPercent(a));
    return first === undefined ? [] : [{ kind: 'budget', budget: first.budget, states: sorted }];
  });
}

/** The budget that a line belongs to. */
export const budgetOf = (line: BudgetLine): Budget => (line.kind === 'budget' ? line : line.of).budget;

/** The lines below a line. */
export function linesBelow(line: BudgetLine): readonly BudgetLine[] {
  if (line.kind !== 'budget') return [];
  const facts: readonly Fact[] = ['scope', 'action', 'window'];
  const all: readonly Fact[] = [
    ...(unknownOf(line) > 0 ? (['unknown'] as const) : []),
    ...facts,
    ...(line.budget.thresholds.length > 0 ? (['thresholds'] as const) : []),
  ];
  return [
    ...keysOf(line).map((state) => ({ kind: 'key', of: line, state }) as const),
    ...all.map((fact) => ({ kind: 'fact', of: line, fact }) as const),
  ];
}

/** The words of a line. */
export function lineText(line: BudgetLine, words: Words): NodeText {
  switch (line.kind) {
    case 'budget':
      return budgetText(line, words);
    case 'key':
      return keyLine(line.of, line.state, words);
    case 'fact':
      return factLine(line.of, line.fact, words);
  }
}

/** Each condition has a shape of its own, so that no one needs colour. */
const ICONS: Readonly<Record<BudgetCondition, { readonly icon: string; readonly color: string | null }>> = {
  paused: { icon: 'debug-pause', color: 'disabledForeground' },
  ok: { icon: 'pass', color: 'testing.iconPassed' },
  near: { icon: 'warning', color: 'problemsWarningIcon.foreground' },
  exceeded: { icon: 'error', color: 'problemsErrorIcon.foreground' },
};

function conditionText(condition: BudgetCondition, { l10n }: Words): string {
  switch (condition) {
    case 'paused':
      return l10n.t('paused');
    case 'ok':
      return l10n.t('within its limit');
    case 'near':
      return l10n.t('near its limit');
    case 'exceeded':
      return l10n.t('limit reached');
  }
}

const isForEach = ({ budget }: BudgetNode): boolean => budget.scope !== 'everything' && budget.value === null;

/** The keys of a budget for each of them; the key "" says only that nothing was used yet. */
const keysOf = (node: BudgetNode): readonly BudgetState[] =>
  isForEach(node) ? node.states.filter(({ key }) => key !== '') : [];

const unknownOf = ({ states }: BudgetNode): number =>
  states.filter(hasUnknown).reduce((sum, { unknownCalls }) => sum + unknownCalls, 0);

/** As serious as its fullest key. */
const nodeCondition = ({ budget, states }: BudgetNode): BudgetCondition => {
  const [fullest] = states;
  return fullest === undefined ? (budget.paused ? 'paused' : 'ok') : conditionOf(fullest);
};

function budgetText(node: BudgetNode, words: Words): NodeText {
  const { l10n } = words;
  const { budget } = node;
  const condition = nodeCondition(node);
  const state = conditionText(condition, words);
  const percent = percentText(node.states[0] === undefined ? 0 : budgetPercent(node.states[0]), l10n);
  const amount = nodeAmount(node, words);
  const standing = `${percent} · ${amount}`;
  const description = budget.paused ? l10n.t('paused · {0}', amount) : amount;
  const tooltip = [
    `**${escapeMarkdown(budget.name)}** · ${escapeMarkdown(state)}`,
    escapeMarkdown(standing),
    escapeMarkdown(
      l10n.t('For {0}. When it is used up: {1}.', scopeText(budget, l10n), actionText(budget.action, l10n)),
    ),
    ...(unknownOf(node) > 0 ? [escapeMarkdown(unknownAdvice(unknownOf(node), words))] : []),
  ];
  return {
    id: idOf(node),
    // The percent first: a narrow view, and the buttons under the pointer, cut the end.
    label: `${percent} · ${budget.name}`,
    description,
    tooltip: tooltip.join('\n\n'),
    ...ICONS[condition],
    accessible: [budget.name, state, standing, ...unknownPart(node, words)].join(', '),
    context: `budget ${budget.paused ? 'paused' : 'active'}`,
    opens: 'closed',
  };
}

const unknownPart = (node: BudgetNode, { l10n }: Words): readonly string[] =>
  unknownOf(node) > 0 ? [unknownText(unknownOf(node), l10n)] : [];

/** How much is used of which limit; of a budget for each of them that of the fullest. */
function nodeAmount(node: BudgetNode, { l10n }: Words): string {
  const { budget, states } = node;
  const [fullest] = states;
  const limit = formatBudgetAmount(budget.unit, budget.limit);
  if (!isForEach(node))
    return fullest === undefined
      ? l10n.t('{0} {1}', limit, perWindow(budget.window, l10n))
      : amountText(fullest, l10n);
  const [first] = keysOf(node);
  return first === undefined
    ? l10n.t('nothing used {0}, {1} each', thisWindow(budget.window, l10n), limit)
    : l10n.t('{0}: {1}', keyText(budget.scope, first.key), amountText(first, l10n));
}

function keyLine(of: BudgetNode, state: BudgetState, words: Words): NodeText {
  const { l10n } = words;
  const name = keyText(of.budget.scope, state.key);
  const condition = conditionOf(state);
  const unknown = hasUnknown(state) ? [unknownText(state.unknownCalls, l10n)] : [];
  const description = [amountText(state, l10n), ...unknown].join(' · ');
  return {
    id: `${idOf(of)}/key/${state.key}`,
    label: `${percentText(budgetPercent(state), l10n)} · ${name}`,
    description,
    tooltip: escapeMarkdown(`${state.key}: ${description}`),
    ...ICONS[condition],
    accessible: [name, conditionText(condition, words), standingText(state, l10n), ...unknown].join(', '),
    context: 'key',
    opens: 'no',
  };
}

function factLine(of: BudgetNode, fact: Fact, words: Words): NodeText {
  const { l10n } = words;
  const { budget } = of;
  const line = (label: string, description: string, icon: string, tooltip = description): NodeText => ({
    id: `${idOf(of)}/${fact}`,
    label,
    description,
    tooltip: escapeMarkdown(`${label}: ${tooltip}`),
    icon,
    color: fact === 'unknown' ? 'problemsWarningIcon.foreground' : null,
    accessible: `${label}, ${tooltip}`,
    context: fact,
    opens: 'no',
  });
  switch (fact) {
    case 'scope':
      return line(
        l10n.t('For'),
        scopeText(budget, l10n),
        'target',
        budget.value === null ? scopeText(budget, l10n) : `${scopeText(budget, l10n)} (${budget.value})`,
      );
    case 'action':
      return line(l10n.t('When it is used up'), actionText(budget.action, l10n), 'shield');
    case 'window':
      return line(l10n.t('Limit'), limitText(of, words), 'calendar');
    case 'thresholds': {
      const percents = budget.thresholds.map((one) => percentText(one, l10n)).join(', ');
      return line(l10n.t('Tells you at'), percents, 'bell');
    }
    case 'unknown':
      return line(
        l10n.t('Not counted'),
        unknownText(unknownOf(of), l10n),
        'question',
        unknownAdvice(unknownOf(of), words),
      );
  }
}

const unknownAdvice = (calls: number, { l10n }: Words): string =>
  l10n.t('{0}; what they cost is not in it. Set the price in farthing.prices.', unknownText(calls, l10n));

/** "$10.00 a day, begins anew 3 Jun, 00:00". A minute is over before anyone reads when. */
function limitText({ budget, states }: BudgetNode, { l10n, time }: Words): string {
  const limit = l10n.t(
    '{0} {1}',
    formatBudgetAmount(budget.unit, budget.limit),
    perWindow(budget.window, l10n),
  );
  const end = states[0]?.windowEnd;
  return end === undefined || budget.window === 'minute'
    ? limit
    : l10n.t('{0}, begins anew {1}', limit, time(end));
}

const idOf = ({ budget }: BudgetNode): string => `budget/${budget.id}`;

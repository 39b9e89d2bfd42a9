/**
 * The questions about a budget: all of them for a new one, one or two for a part of one that exists. They ask and
 * decide and change nothing: the budget comes back when every question is answered.
 */
import {
  BUDGET_THRESHOLDS,
  type Budget,
  type BudgetScope,
  type BudgetThreshold,
  type BudgetUnit,
  type BudgetWindow,
} from '../../protocol/budgets.ts';
import {
  actionChoices,
  type BudgetPart,
  type KnownValue,
  limitInput,
  partChoices,
  scopeChoices,
  thresholdChoices,
  unitChoices,
  type ValueChoice,
  valueChoices,
  windowChoices,
} from './budget-choices.ts';
import {
  budgetNameProblem,
  budgetValueProblem,
  limitProblem,
  parseLimit,
  type WorstCall,
} from './budget-problems.ts';
import { defaultName, isDefaultName, scopeText, unitText } from './budget-words.ts';
import { type Answer, BACK, CANCELLED, type Dialogs, type Question } from './dialogs.ts';
import type { L10n } from './l10n.ts';

/** What the questions need to know and to ask. */
export interface BudgetWorld {
  readonly l10n: L10n;
  readonly dialogs: Dialogs;
  /** IANA name of the user's. */
  readonly timeZone: string;
  /** Names of the other budgets. */
  readonly taken: readonly string[];
  newId(): string;
  /** What of a scope is known: of this window, of the settings, of recent calls. Never rejects. */
  knownValues(scope: BudgetScope): Promise<readonly KnownValue[]>;
  /** The most that one short call of a model holds, by default of the one that answers; null for unknown. Never rejects. */
  worstCall(model: string | null): Promise<WorstCall | null>;
}

/** What is known so far; null and undefined for what was not answered. It survives going back. */
export interface BudgetDraft {
  readonly unit: BudgetUnit | null;
  readonly scope: BudgetScope | null;
  readonly value: string | null | undefined;
  /** The value is typed, being none of those that were offered. */
  readonly typesValue: boolean;
  readonly limit: number | null;
  readonly window: BudgetWindow | null;
  readonly action: Budget['action'] | null;
  readonly thresholds: readonly BudgetThreshold[];
  /** Null for the default name. */
  readonly name: string | null;
}

/** A budget, or, where the user pressed Escape, what was answered until then. */
export type BudgetAnswer = { readonly budget: Budget } | { readonly left: BudgetDraft };

/** Nothing answered yet. */
export const NO_DRAFT: BudgetDraft = {
  unit: null,
  scope: null,
  value: undefined,
  typesValue: false,
  limit: null,
  window: null,
  action: null,
  thresholds: BUDGET_THRESHOLDS,
  name: null,
};

type StepName =
  | 'part'
  | 'unit'
  | 'scope'
  | 'value'
  | 'typedValue'
  | 'limit'
  | 'window'
  | 'action'
  | 'thresholds'
  | 'name';
interface Place extends Pick<Question, 'step' | 'steps' | 'canGoBack'> {
  readonly title: string;
}
type Step = (draft: BudgetDraft, place: Place, world: BudgetWorld) => Promise<Answer<BudgetDraft>>;

/** Asks everything about a new budget, beginning with what an earlier try left. */
export async function addBudget(world: BudgetWorld, start: BudgetDraft = NO_DRAFT): Promise<BudgetAnswer> {
  const { l10n } = world;
  const done = await askAll(world, start, l10n.t('Add Budget'), newSteps, false);
  if ('left' in done) return done;
  const budget = { id: world.newId(), timeZone: world.timeZone, paused: false };
  return { budget: { ...budget, ...completed(done.draft, world) } };
}

/** Asks which part of a budget is to be changed, and for that part; null when the user cancelled. */
export async function editBudget(world: BudgetWorld, budget: Budget): Promise<Budget | null> {
  const { l10n, dialogs } = world;
  const title = l10n.t('Edit {0}', budget.name);
  for (;;) {
    const part = await dialogs.choose<BudgetPart>(
      { title, placeholder: l10n.t('What is to be changed?'), step: 1, steps: 2, canGoBack: false },
      partChoices(budget, l10n),
    );
    if (part === BACK || part === CANCELLED) return null;
    const done = await askAll(
      world,
      draftOf(budget, l10n),
      title,
      (draft) => partSteps(part, draft, budget),
      true,
    );
    if ('draft' in done) return { ...budget, ...completed(done.draft, world) };
    if (!done.wentBack) return null;
  }
}

/** Every question in turn. `steps` may depend on what was answered. */
async function askAll(
  world: BudgetWorld,
  start: BudgetDraft,
  title: string,
  steps: (draft: BudgetDraft) => readonly StepName[],
  hasPart: boolean,
): Promise<{ readonly draft: BudgetDraft } | { readonly left: BudgetDraft; readonly wentBack: boolean }> {
  const before = hasPart ? 1 : 0;
  let draft = start;
  let at = steps(draft)[0];
  while (at !== undefined && at !== 'part') {
    const names = steps(draft);
    const index = names.indexOf(at);
    const canGoBack = index > 0 || hasPart;
    const place = { title, step: index + 1 + before, steps: names.length + before, canGoBack };
    const answer: Answer<BudgetDraft> = await STEPS[at](draft, place, world);
    if (answer === CANCELLED) return { left: draft, wentBack: false };
    if (answer === BACK) {
      if (index === 0) return { left: draft, wentBack: true };
      at = names[index - 1];
      continue;
    }
    draft = answer;
    const after = steps(draft);
    at = after[after.indexOf(at) + 1];
  }
  return { draft };
}

function newSteps({ scope, typesValue, window }: BudgetDraft): readonly StepName[] {
  return [
    'unit',
    'scope',
    ...valueSteps(scope, typesValue),
    'limit',
    'window',
    'action',
    // A limit a minute is passed and free again before anyone could act on it.
    ...(window === 'minute' ? [] : (['thresholds'] as const)),
    'name',
  ];
}

const valueSteps = (scope: BudgetScope | null, typesValue: boolean): readonly StepName[] =>
  scope === null || scope === 'everything' ? [] : typesValue ? ['value', 'typedValue'] : ['value'];

/** A limit in dollars is none in tokens, and a budget of minutes has no thresholds to keep. */
function partSteps(part: BudgetPart, draft: BudgetDraft, before: Budget): readonly StepName[] {
  switch (part) {
    case 'scope':
      return ['scope', ...valueSteps(draft.scope, draft.typesValue)];
    case 'unit':
      return draft.unit === before.unit ? ['unit'] : ['unit', 'limit'];
    case 'window':
      return before.window === 'minute' && draft.window !== 'minute' ? ['window', 'thresholds'] : ['window'];
    default:
      return [part];
  }
}

function draftOf(budget: Budget, l10n: L10n): BudgetDraft {
  const { unit, scope, value, limit, window, action, thresholds } = budget;
  // A name that only says what the budget is goes on saying so.
  const name = isDefaultName(budget.name, budget, l10n) ? null : budget.name;
  const told = window === 'minute' && thresholds.length === 0 ? BUDGET_THRESHOLDS : thresholds;
  return { unit, scope, value, typesValue: false, limit, window, action, thresholds: told, name };
}

function completed(
  { unit, scope, value = null, limit, window, action, thresholds, name }: BudgetDraft,
  { l10n, taken }: Pick<BudgetWorld, 'l10n' | 'taken'>,
): Omit<Budget, 'id' | 'timeZone' | 'paused'> {
  if (unit === null || scope === null || limit === null || window === null || action === null)
    throw new Error('A question about the budget was left out.');
  const own = { unit, scope, value: scope === 'everything' ? null : value, limit, window };
  return {
    ...own,
    action,
    thresholds: window === 'minute' ? [] : thresholds,
    name: name ?? defaultName(own, l10n, taken),
  };
}

/** The questions; each shows what was answered before. */
const STEPS: Readonly<Record<Exclude<StepName, 'part'>, Step>> = {
  async unit(draft, place, { l10n, dialogs }) {
    const question = { ...place, placeholder: l10n.t('What is limited?') };
    const unit = await dialogs.choose<BudgetUnit>(question, unitChoices(draft.unit, l10n));
    if (unit === BACK || unit === CANCELLED) return unit;
    return { ...draft, unit, limit: unit === draft.unit ? draft.limit : null };
  },

  async scope(draft, place, { l10n, dialogs }) {
    const question = { ...place, placeholder: l10n.t('Which calls does it count?') };
    const scope = await dialogs.choose<BudgetScope>(question, scopeChoices(draft.scope, l10n));
    if (scope === BACK || scope === CANCELLED) return scope;
    return scope === draft.scope ? draft : { ...draft, scope, value: undefined, typesValue: false };
  },

  async value(draft, place, { l10n, dialogs, knownValues }) {
    const scope = draft.scope ?? 'everything';
    const known = await knownValues(scope);
    const question = { ...place, placeholder: l10n.t('Each by itself, or only one of them?') };
    const chosen = await dialogs.choose<ValueChoice>(question, valueChoices(scope, known, draft.value, l10n));
    if (chosen === BACK || chosen === CANCELLED) return chosen;
    if (chosen === 'type') return { ...draft, typesValue: true };
    return { ...draft, value: chosen.value, typesValue: false };
  },

  async typedValue(draft, place, { l10n, dialogs }) {
    const typed = await dialogs.type({
      ...place,
      placeholder: l10n.t('Name'),
      prompt: l10n.t('What the budget is for, exactly as the ledger has it; Show Call says so of a call.'),
      value: draft.value ?? '',
      secret: false,
      page: null,
      check: (text) => budgetValueProblem(text, l10n),
    });
    return typed === BACK || typed === CANCELLED ? typed : { ...draft, value: typed.trim() };
  },

  async limit(draft, place, { l10n, dialogs, worstCall }) {
    const unit = draft.unit ?? 'money';
    const model = draft.scope === 'model' ? (draft.value ?? null) : null;
    const worst = unit === 'requests' ? null : await worstCall(model);
    const typed = await dialogs.type({
      ...place,
      placeholder: unit === 'money' ? '$5.00' : l10n.t('500, 50k or 2M'),
      prompt: limitPrompt(draft, unit, l10n),
      value: draft.limit === null ? '' : limitInput(unit, draft.limit),
      secret: false,
      page: null,
      check: (text) => limitProblem(unit, text, l10n, worst),
    });
    return typed === BACK || typed === CANCELLED ? typed : { ...draft, limit: parseLimit(unit, typed) };
  },

  async window(draft, place, { l10n, dialogs, timeZone }) {
    const question = { ...place, placeholder: l10n.t('In which time? Days begin as in {0}.', timeZone) };
    const window = await dialogs.choose<BudgetWindow>(question, windowChoices(draft.window, l10n));
    return window === BACK || window === CANCELLED ? window : { ...draft, window };
  },

  async action(draft, place, { l10n, dialogs }) {
    const question = { ...place, placeholder: l10n.t('What happens to a call that does not fit any more?') };
    const action = await dialogs.choose<Budget['action']>(question, actionChoices(draft.action, l10n));
    return action === BACK || action === CANCELLED ? action : { ...draft, action };
  },

  async thresholds(draft, place, { l10n, dialogs }) {
    const question = { ...place, placeholder: l10n.t('When are you told?') };
    const chosen = await dialogs.chooseMany(question, thresholdChoices(draft.thresholds, l10n));
    if (chosen === BACK || chosen === CANCELLED) return chosen;
    return { ...draft, thresholds: chosen.filter((one) => one !== null) };
  },

  async name(draft, place, { l10n, dialogs, taken }) {
    const own = completed({ ...draft, name: null }, { l10n, taken }).name;
    const typed = await dialogs.type({
      ...place,
      placeholder: own,
      prompt: l10n.t('What you call it. It is shown in the Budgets view and in notifications.'),
      value: draft.name ?? own,
      secret: false,
      page: null,
      check: (text) => budgetNameProblem(text, taken, l10n),
    });
    if (typed === BACK || typed === CANCELLED) return typed;
    const name = typed.trim();
    return { ...draft, name: name === '' || name === own ? null : name };
  },
};

function limitPrompt({ scope, value }: BudgetDraft, unit: BudgetUnit, l10n: L10n): string {
  const whom = scopeText({ scope: scope ?? 'everything', value: value ?? null }, l10n);
  return unit === 'money'
    ? l10n.t('Dollars for {0}, such as 5 or 0.50. Over which time is asked next.', whom)
    : l10n.t('{0} for {1}. Over which time is asked next.', unitText(unit, l10n), whom);
}

/** The lines of the Compression view and the sentence above them. */
import type { Compression, CompressionSuggestion, Risk } from '../../protocol/compression.ts';
import { RISKS } from '../../protocol/compression.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type { L10n } from './l10n.ts';

/** A line: the changes of one risk, those of one rule, or one change. */
export interface CompressionNode {
  readonly id: string;
  readonly kind: 'risk' | 'rule' | 'change';
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Null for a line without a box: there is nothing to carry out. */
  readonly checked: boolean | null;
  /** The suggestion that it is; null for a group. */
  readonly index: number | null;
  readonly below: readonly CompressionNode[];
}

const LONGEST_SNIPPET = 48;

/** The tree: risks, in them rules, in them changes, each group with what its chosen ones save, or all where none is. `textAt` gives the document's text. */
export function compressionNodes(
  { suggestions, chosen }: Pick<Compression, 'suggestions' | 'chosen'>,
  textAt: (range: CompressionSuggestion['range']) => string,
  l10n: L10n,
): readonly CompressionNode[] {
  const picked = new Set(chosen);
  const entries = suggestions.map((suggestion, index) => ({ suggestion, index }));
  return RISKS.flatMap((risk) => {
    const ofRisk = entries.filter(({ suggestion }) => suggestion.risk === risk);
    if (ofRisk.length === 0) return [];
    const rules = [...new Set(ofRisk.map(({ suggestion }) => suggestion.rule))].map(
      (rule): CompressionNode => {
        const ofRule = ofRisk.filter(({ suggestion }) => suggestion.rule === rule);
        const below = ofRule.map(({ suggestion, index }): CompressionNode => {
          const isEdit = suggestion.edits.length > 0;
          return {
            id: `change ${index}`,
            kind: 'change',
            label: changeText(suggestion, textAt),
            description: isEdit ? `−${formatTokens(suggestion.savedTokens)}` : l10n.t('for you to do'),
            tooltip: suggestion.message,
            checked: isEdit ? picked.has(index) : null,
            index,
            below: [],
          };
        });
        return group(`rule ${rule}`, 'rule', ofRule[0]?.suggestion.title ?? rule, below, ofRule, l10n);
      },
    );
    return [group(`risk ${risk}`, 'risk', riskTitle(risk, l10n), rules, ofRisk, l10n)];
  });
}

interface Entry {
  readonly suggestion: CompressionSuggestion;
  readonly index: number;
}

function group(
  id: string,
  kind: 'risk' | 'rule',
  label: string,
  below: readonly CompressionNode[],
  entries: readonly Entry[],
  l10n: L10n,
): CompressionNode {
  const boxes = leavesOf(below).filter(({ checked }) => checked !== null);
  const chosen = new Set(boxes.filter(({ checked }) => checked).map(({ index }) => index));
  const on = chosen.size;
  // Of what is chosen where something is; else of what could be.
  const saved = entries
    .filter(({ index }) => on === 0 || chosen.has(index))
    .reduce((sum, { suggestion }) => sum + suggestion.savedTokens, 0);
  const places =
    entries.length === 1 ? l10n.t('1 place') : l10n.t('{0} places', formatTokens(entries.length));
  return {
    id,
    kind,
    label,
    description: [
      // There is no box that is half on.
      on === 0 || on === boxes.length ? places : l10n.t('{0} of {1}', formatTokens(on), places),
      ...(saved > 0 ? [`−${formatTokens(saved)}`] : []),
    ].join(', '),
    tooltip: kind === 'risk' ? riskTooltip(id, l10n) : (entries[0]?.suggestion.message ?? ''),
    checked: boxes.length === 0 ? null : on > 0,
    index: null,
    below,
  };
}

const leavesOf = (nodes: readonly CompressionNode[]): readonly CompressionNode[] =>
  nodes.flatMap((node) => (node.below.length === 0 ? [node] : leavesOf(node.below)));

const riskTitle = (risk: Risk, l10n: L10n): string =>
  ({
    lossless: l10n.t('Lossless'),
    low: l10n.t('Wording only'),
    review: l10n.t('For you to judge'),
  })[risk];

const riskTooltip = (id: string, l10n: L10n): string =>
  ({
    'risk lossless': l10n.t('The model reads the same.'),
    'risk low': l10n.t('Only the wording changes.'),
    'risk review': l10n.t('The meaning may shift: look at each before you choose it.'),
  })[id] ?? '';

/** What is there and what it becomes, on one line. */
function changeText(
  { edits, range }: CompressionSuggestion,
  textAt: (range: CompressionSuggestion['range']) => string,
): string {
  const [edit] = edits;
  if (edit === undefined || edits.length > 1) return snippet(textAt(range));
  const before = snippet(textAt(edit.range));
  return edit.newText === '' ? before : `${before} → ${snippet(edit.newText)}`;
}

function snippet(text: string): string {
  const shown = text.replace(/\r?\n/g, '⏎').replace(/\t/g, '⇥');
  // White space alone would be a line without a word.
  const visible = shown.trim() === '' ? shown.replace(/ /g, '·') : shown.trim();
  const characters = [...visible];
  return characters.length > LONGEST_SNIPPET ? `${characters.slice(0, LONGEST_SNIPPET).join('')}…` : visible;
}

/** What the chosen changes save: tokens, a run, and a month at the rate of the last 30 days. */
export function compressionTotals(
  { before, after, approximate, model, runs, left }: Omit<Compression, 'text' | 'suggestions'>,
  l10n: L10n,
): string {
  const tokens = before.tokens - after.tokens;
  const share = before.tokens === 0 ? 0 : (100 * tokens) / before.tokens;
  const saves = l10n.t(
    'Saves {0} of {1} tokens ({2} %)',
    formatTokens(tokens, approximate),
    formatTokens(before.tokens, approximate),
    share >= 10 || share === 0 ? share.toFixed(0) : share.toFixed(1),
  );
  const more =
    left === 1
      ? ` ${l10n.t('1 more place is not listed; compress again after this.')}`
      : left > 0
        ? ` ${l10n.t('{0} more places are not listed; compress again after this.', formatTokens(left))}`
        : '';
  if (before.nano === null || after.nano === null)
    return `${saves}. ${l10n.t('The price of {0} is not known.', model)}${more}`;
  const run = before.nano - after.nano;
  const rate =
    runs === 1
      ? l10n.t('{0} in 30 days at 1 run, as in the last 30', formatMoney(run))
      : runs > 0
        ? l10n.t('{0} in 30 days at {1} runs, as in the last 30', formatMoney(run * runs), formatTokens(runs))
        : l10n.t('{0} in 1,000 runs', formatMoney(run * 1000));
  return `${saves}: ${l10n.t('{0} a run of {1}', formatMoney(run), model)}, ${rate}, ${l10n.t('before any cache')}.${more}`;
}

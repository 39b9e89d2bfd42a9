/** Compression suggestions as hints in the editor, and the quick fixes behind them. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { RISKS, type Risk, RULE_SCHEME } from '../../protocol/compression.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import { withoutOverlaps } from '../prompts/compression/apply.ts';
import { FIX_ALL } from './fix-all.ts';
import { wasteText } from './prefix-waste.ts';
import { type PlacedSuggestion, type PromptSuggestions, rangeOf } from './suggestions.ts';

/** How many quick fixes are offered at one place. */
const MOST_FIXES = 8;

/** The hints of the risks that are shown, of those that save enough; one more at the beginning says how many are not listed. */
export function suggestionDiagnostics(
  { suggestions, left, tooLong }: PromptSuggestions,
  shown: 'none' | Risk,
  minimumTokens: number,
): Diagnostic[] {
  if (shown === 'none') return [];
  const hints = suggestions
    .filter(({ rule }) => RISKS.indexOf(rule.risk) <= RISKS.indexOf(shown))
    .filter(({ edits, saved, waste }) => edits.length === 0 || waste !== undefined || saved >= minimumTokens)
    .map(toDiagnostic);
  if (tooLong)
    return [
      note(
        'This prompt is too long to be read for compression suggestions while you write; split it into files that it links.',
      ),
    ];
  return left === 0
    ? hints
    : [
        ...hints,
        note(
          `${formatTokens(left)} more places could be shorter; Farthing: Compress Prompt… takes the first ones, then the rest shows.`,
        ),
      ];
}

const note = (message: string): Diagnostic => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Hint,
  source: 'Farthing',
  message,
});

function toDiagnostic(suggestion: PlacedSuggestion): Diagnostic {
  const { range, rule, finding, saved, edits, waste } = suggestion;
  const [edit, ...others] = edits;
  // Faded is what would go, and nothing that stays between such stretches.
  const isDeletion =
    edit !== undefined &&
    others.length === 0 &&
    edit.replacement === '' &&
    edit.end - edit.start === length(suggestion);
  return {
    range,
    severity: DiagnosticSeverity.Hint,
    source: 'Farthing',
    code: rule.id,
    codeDescription: { href: rulePage(rule.id) },
    message:
      waste !== undefined
        ? `${finding.message} ${wasteText(waste)}`
        : edits.length === 0
          ? finding.message
          : `${finding.message} Saves ${formatTokens(saved)} ${saved === 1 ? 'token' : 'tokens'}.`,
    ...(isDeletion ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

const length = ({ finding: { start, end } }: PlacedSuggestion): number => end - start;

/** The page of a rule, which the extension shows; editors open no commands from here. */
const rulePage = (rule: string): string => `${RULE_SCHEME}:/${rule}.md`;

/** What can be done at a place: each suggestion, all of its rule, and no more of that rule. */
export function suggestionActions(
  found: PromptSuggestions,
  { range, context: { only, diagnostics } }: CodeActionParams,
): CodeAction[] {
  const wants = (kind: string) =>
    only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  const { suggestions } = found;
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const here = suggestions.filter((one) => meets(one.range, range)).slice(0, MOST_FIXES);
    for (const one of here) {
      if (one.edits.length === 0) continue;
      actions.push({
        title:
          one.waste === undefined
            ? `${one.rule.title}: save ${tokens(one.saved)}`
            : `${one.rule.title}: move it, ${tokens(one.waste.tokens)} more from the cache`,
        kind: CodeActionKind.QuickFix,
        isPreferred: one.rule.risk === 'lossless',
        diagnostics: diagnostics.filter(
          ({ code, range: at }) => code === one.rule.id && meets(at, one.range),
        ),
        edit: editOf(found, [one]),
      });
    }
    for (const rule of new Set(here.map((one) => one.rule))) {
      const all = suggestions.filter((one) => one.rule === rule && one.edits.length > 0);
      // What may change the meaning is looked at one by one.
      if (all.length > 1 && rule.risk !== 'review')
        actions.push({
          title: `${rule.title}: all ${formatTokens(all.length)} places, save ${tokens(savedOf(all))}`,
          kind: CodeActionKind.QuickFix,
          edit: editOf(found, all),
        });
      actions.push({
        title: `Do not suggest "${rule.title}" any more`,
        kind: CodeActionKind.QuickFix,
        command: { title: 'Switch off', command: 'farthing.switchOffRule', arguments: [rule.id] },
      });
    }
  }
  // Asked for by name only: a menu of all actions would offer it at every place.
  if (only !== undefined && wants(FIX_ALL)) {
    const lossless = suggestions.filter(({ rule, edits }) => rule.risk === 'lossless' && edits.length > 0);
    if (lossless.length > 0)
      actions.push({
        title: `Shorten without any loss: save ${tokens(savedOf(lossless))}`,
        kind: FIX_ALL,
        edit: editOf(found, lossless),
      });
  }
  return actions;
}

const tokens = (count: number): string => `${formatTokens(count)} ${count === 1 ? 'token' : 'tokens'}`;

const savedOf = (all: readonly PlacedSuggestion[]): number => all.reduce((sum, { saved }) => sum + saved, 0);

/** An edit of the version that was analysed; an editor refuses it for any other. */
function editOf(
  { counted: { document, version } }: PromptSuggestions,
  chosen: readonly PlacedSuggestion[],
): WorkspaceEdit {
  const edits = compatible(chosen).flatMap((one) =>
    one.edits.map(({ start, end, replacement }) => ({
      range: rangeOf(document, start, end),
      newText: replacement,
    })),
  );
  return { documentChanges: [{ textDocument: { uri: document.uri, version }, edits }] };
}

/** Those of `chosen` that can be carried out together: the earlier rule has a place that two want. */
export function compatible<Chosen extends PlacedSuggestion>(chosen: readonly Chosen[]): Chosen[] {
  const kept = new Set(
    withoutOverlaps(chosen.map(({ rule, finding }) => ({ rule, finding }))).map(({ finding }) => finding),
  );
  return chosen.filter(({ finding }) => kept.has(finding));
}

type Range = CodeActionParams['range'];

const meets = (one: Range, other: Range): boolean =>
  !isBefore(one.end, other.start) && !isBefore(other.end, one.start);

const isBefore = (one: Range['start'], other: Range['start']): boolean =>
  one.line < other.line || (one.line === other.line && one.character < other.character);

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
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { RISKS, type Risk, RULE_SCHEME } from '../../protocol/compression.ts';
import { formatTokens, tokenWords } from '../../protocol/receipt.ts';
import { withoutOverlaps } from '../prompts/compression/apply.ts';
import { FIX_ALL } from './fix-all.ts';
import { wasteText } from './prefix-waste.ts';
import { meets, rangeOf } from './ranges.ts';
import type { PlacedSuggestion, PromptSuggestions } from './suggestions.ts';

/** How many quick fixes are offered at one place. */
const MOST_FIXES = 8;

/** The hints of the risks that are shown, of those that save enough; one more at the beginning says how many are not listed. */
export function suggestionDiagnostics(
  { counted, suggestions, left, tooLong }: PromptSuggestions,
  shown: 'none' | Risk,
  minimumTokens: number,
): Diagnostic[] {
  if (shown === 'none') return [];
  const hints = suggestions
    .filter(({ rule }) => RISKS.indexOf(rule.risk) <= RISKS.indexOf(shown))
    .filter(({ edits, saved, waste }) => edits.length === 0 || waste !== undefined || saved >= minimumTokens)
    .map((one) => toDiagnostic(one, counted.document));
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
          `${formatTokens(left)} more ${left === 1 ? 'place' : 'places'} could be shorter; Farthing: Compress Prompt… takes the first ones, then the rest shows.`,
        ),
      ];
}

const note = (message: string): Diagnostic => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Hint,
  source: 'Farthing',
  message,
});

function toDiagnostic(suggestion: PlacedSuggestion, document: TextDocument): Diagnostic {
  const { range, rule, finding, saved, edits, waste } = suggestion;
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
          : `${finding.message} Saves ${tokenWords(saved)}.`,
    ...(isDeletion(suggestion, document) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/**
 * Whether all of the place would go: what an edit takes beyond it stays, but for space and the case of the letter that
 * begins the sentence then. Of several edits something between them stays, which must not look as if it went.
 */
function isDeletion({ range, edits }: PlacedSuggestion, document: TextDocument): boolean {
  const [edit, ...others] = edits;
  if (edit === undefined || others.length > 0) return false;
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  if (edit.start > start || edit.end < end) return false;
  const text = document.getText();
  const around = `${text.slice(edit.start, start)}${text.slice(end, edit.end)}`;
  return edit.replacement.trim().toLowerCase() === around.trim().toLowerCase();
}

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
            ? `${one.rule.title}: save ${tokenWords(one.saved)}`
            : `${one.rule.title}: move it, ${tokenWords(one.waste.tokens)} more from the cache`,
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
          title: `${rule.title}: all ${formatTokens(all.length)} places, save ${tokenWords(savedOf(all))}`,
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
        title: `Shorten without any loss: save ${tokenWords(savedOf(lossless))}`,
        kind: FIX_ALL,
        edit: editOf(found, lossless),
      });
  }
  return actions;
}

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

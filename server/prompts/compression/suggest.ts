/** What the rules suggest for a prompt: judged by the net under them, measured exactly, in order of their places, bounded. */
import { RISKS } from '../../../protocol/compression.ts';
import { isBlank } from '../lines.ts';
import { savedBy } from './apply.ts';
import type { PromptText } from './prompt-text.ts';
import { holds } from './protect.ts';
import type { Finding, Rule } from './rule.ts';

/** A finding with what it saves. */
export interface Suggestion {
  readonly rule: Rule;
  readonly finding: Finding;
  /** Tokens that its edits save, exactly; 0 for what is only pointed out. */
  readonly saved: number;
}

/** What is suggested. */
export interface SuggestOptions {
  readonly rules: readonly Rule[];
  /** Ids of rules that are switched off. */
  readonly off?: ReadonlySet<string>;
  /** Changes that save fewer are not worth a hint. */
  readonly minimumTokens?: number;
  /** How many suggestions are given; the rest is counted. */
  readonly limit?: number;
}

/** The suggestions for a prompt. */
export interface Suggestions {
  /** In the order of their places; at one place in the order of the rules. */
  readonly suggestions: readonly Suggestion[];
  /** How many there are beyond the limit. */
  readonly left: number;
  /** Ids of the rules that failed; what the others found stands. */
  readonly failed: readonly string[];
  /** How many findings the net dropped, because something that is kept would have been lost. */
  readonly dropped: number;
}

/** As many hints as an editor shows without becoming slow, and more than anybody reads. */
export const MOST_SUGGESTIONS = 500;
/** A rule that finds more than this in one prompt is stopped; the rest shows once these are applied. */
const MOST_FINDINGS = 20_000;

/** Runs the rules that are on. Never throws for what a rule does. */
export function suggest(
  prompt: PromptText,
  { rules, off = new Set(), minimumTokens = 1, limit = MOST_SUGGESTIONS }: SuggestOptions,
): Suggestions {
  const found: { readonly suggestion: Suggestion; readonly order: number }[] = [];
  const failed: string[] = [];
  let dropped = 0;
  for (const [order, rule] of rules.entries()) {
    if (off.has(rule.id)) continue;
    try {
      const own = judge(prompt, rule);
      dropped += own.dropped;
      for (const suggestion of own.suggestions) {
        const { saved, finding } = suggestion;
        const isMove = finding.wastedTokens !== undefined;
        if (finding.edits.length === 0 || isMove || saved >= Math.max(1, minimumTokens))
          found.push({ suggestion, order });
      }
    } catch {
      // One rule's fault must not take the others' findings away; it is reported by its id.
      failed.push(rule.id);
    }
  }
  const emptying = emptyingOnes(
    prompt,
    found.map(({ suggestion }) => suggestion),
  );
  dropped += emptying.size;
  const left = found.filter(({ suggestion }) => !emptying.has(suggestion));
  left.sort(
    ({ suggestion: { finding: one }, order }, { suggestion: { finding: other }, order: otherOrder }) =>
      one.passage - other.passage || one.start - other.start || order - otherOrder || one.end - other.end,
  );
  const suggestions = left.slice(0, limit).map(({ suggestion }) => suggestion);
  return { suggestions, left: left.length - suggestions.length, failed, dropped };
}

/**
 * Those without which the others, all together, leave every message some text: a blank message is not sent, and a
 * conversation without it is another one. The riskiest go first, then the last.
 */
function emptyingOnes({ passages }: PromptText, found: readonly Suggestion[]): ReadonlySet<Suggestion> {
  const dropped = new Set<Suggestion>();
  for (const [passage, { text }] of passages.entries()) {
    if (isBlank(text)) continue;
    const own = found
      .filter((one) => !dropped.has(one) && one.finding.edits.some((edit) => edit.passage === passage))
      .sort(
        (one, other) =>
          RISKS.indexOf(one.rule.risk) - RISKS.indexOf(other.rule.risk) ||
          one.finding.start - other.finding.start,
      );
    while (own.length > 0 && isEmptied(text, passage, own)) {
      const last = own.pop();
      if (last !== undefined) dropped.add(last);
    }
  }
  return dropped;
}

/** Whether nothing but space is outside of the edits, which may overlap, and in what they put in. */
function isEmptied(text: string, passage: number, found: readonly Suggestion[]): boolean {
  const edits = found.flatMap(({ finding }) => finding.edits.filter((edit) => edit.passage === passage));
  if (edits.some(({ replacement }) => !isBlank(replacement))) return false;
  let at = 0;
  for (const { start, end } of edits.sort((one, other) => one.start - other.start)) {
    if (start > at && !isBlank(text.slice(at, start))) return false;
    at = Math.max(at, end);
  }
  return isBlank(text.slice(at));
}

function judge(prompt: PromptText, rule: Rule): { suggestions: Suggestion[]; dropped: number } {
  const suggestions: Suggestion[] = [];
  let dropped = 0;
  for (const finding of rule.find(prompt)) {
    if (suggestions.length + dropped >= MOST_FINDINGS) break;
    if (!isPlace(prompt, finding)) {
      dropped++;
    } else if (finding.edits.length === 0) {
      suggestions.push({ rule, finding, saved: 0 });
    } else if (holds(rule.keeps, prompt, finding.edits)) {
      suggestions.push({ rule, finding, saved: savedBy(prompt, finding.edits) });
    } else dropped++;
  }
  return { suggestions, dropped };
}

function isPlace({ passages }: PromptText, { passage, start, end }: Finding): boolean {
  const text = passages[passage]?.text;
  return text !== undefined && start >= 0 && start <= end && end <= text.length;
}

/** Carries findings out. */
import type { PromptText, TextEdit } from './prompt-text.ts';
import { holds } from './protect.ts';
import type { Edit, Finding, Rule } from './rule.ts';

/** A finding and the rule that it is of. */
export interface RuleFinding {
  readonly rule: Rule;
  readonly finding: Finding;
}

/** `text` with `edits`, which must not overlap, in any order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, replacement } of ordered) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Those of `found` whose edits meet nothing of an earlier one's; all edits of a finding or none. */
export function withoutOverlaps(found: readonly RuleFinding[]): RuleFinding[] {
  const taken = new Map<number, Edit[]>();
  return found.filter(({ finding: { edits } }) => {
    if (edits.length === 0 || edits.some((edit) => meetsAny(taken.get(edit.passage) ?? [], edit)))
      return false;
    for (const edit of edits) insert(taken, edit);
    return true;
  });
}

function meetsAny(ordered: readonly Edit[], edit: Edit): boolean {
  const index = firstAtOrAfter(ordered, edit.start);
  const before = ordered[index - 1];
  const after = ordered[index];
  // Edits that only touch meet as well: each was judged by what stands beside it.
  return (
    (before !== undefined && before.end >= edit.start) || (after !== undefined && after.start <= edit.end)
  );
}

function insert(taken: Map<number, Edit[]>, edit: Edit): void {
  const ordered = taken.get(edit.passage);
  if (ordered === undefined) taken.set(edit.passage, [edit]);
  else ordered.splice(firstAtOrAfter(ordered, edit.start), 0, edit);
}

function firstAtOrAfter(ordered: readonly Edit[], start: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.start ?? 0) >= start) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** More rounds than prompts need; what shrinks a prompt in each of them ends. */
const MOST_ROUNDS = 50;

/**
 * Applies everything that `rules` find until they find nothing, so that doing it twice does what doing it once does.
 * Each passage's edits are what holds and saves tokens; `read` reads a prompt with new texts for its passages.
 *
 * @returns the passages' texts.
 */
export function compress(
  prompt: PromptText,
  rules: readonly Rule[],
  read: (texts: readonly string[]) => PromptText,
): readonly string[] {
  let now = prompt;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = withoutOverlaps(findAll(now, rules));
    if (chosen.length === 0) break;
    const texts = now.passages.map(({ text }, passage) =>
      applyEdits(
        text,
        chosen.flatMap(({ finding }) => finding.edits.filter((edit) => edit.passage === passage)),
      ),
    );
    now = read(texts);
  }
  return now.passages.map(({ text }) => text);
}

function findAll(prompt: PromptText, rules: readonly Rule[]): RuleFinding[] {
  return rules.flatMap((rule) => {
    try {
      return [...rule.find(prompt)]
        .filter(
          ({ edits }) => edits.length > 0 && holds(rule.keeps, prompt, edits) && savedBy(prompt, edits) > 0,
        )
        .map((finding) => ({ rule, finding }));
    } catch {
      // One rule's fault leaves the prompt as it is in that respect; suggest() names the rule.
      return [];
    }
  });
}

/** Tokens that a finding's edits save over all passages, exactly. */
export function savedBy(prompt: PromptText, edits: readonly Edit[]): number {
  const passages = new Set(edits.map(({ passage }) => passage));
  let saved = 0;
  for (const passage of passages) {
    saved += prompt.saved(
      passage,
      edits.filter((edit) => edit.passage === passage),
    );
  }
  return saved;
}

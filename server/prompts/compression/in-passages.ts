/** What rules have in common that look at one passage at a time. */
import type { Passage, PromptText, TextEdit } from './prompt-text.ts';
import type { Finding } from './rule.ts';

/** What a rule finds in one passage: a place and its edits there. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly TextEdit[];
  readonly message: string;
}

/** Asks `find` for every passage that may be edited. */
export function* inPassages(
  prompt: PromptText,
  find: (passage: Passage) => Iterable<Found>,
): Generator<Finding> {
  for (const [passage, read] of prompt.passages.entries()) {
    if (read.includedFrom !== null) continue;
    for (const { start, end, edits, message } of find(read)) {
      yield { passage, start, end, message, edits: edits.map((edit) => ({ ...edit, passage })) };
    }
  }
}

/** One stretch that becomes `replacement`. */
export function change(start: number, end: number, replacement: string, message: string): Found {
  return { start, end, message, edits: [{ start, end, replacement }] };
}

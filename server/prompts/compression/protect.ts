/**
 * The net under every rule: whether what is kept is still there after a finding's edits. It looks at the edits and what
 * they touch only, so that thousands of findings are judged in the time of one reading.
 */
import { findKept } from './kept.ts';
import type { Kept, Passage, PromptText } from './prompt-text.ts';
import { firstEndingAfter } from './read-passage.ts';
import type { Edit, Keeps } from './rule.ts';
import { withoutTracking } from './tracking.ts';

/** Whether `edits` of `before` leave what a rule of that kind has to keep. False as well for edits that overlap or lie outside. */
export function holds(keeps: Keeps, before: PromptText, edits: readonly Edit[]): boolean {
  if (!areSound(before, edits)) return false;
  const widened = edits.map((edit) => widen(before.passages[edit.passage] as Passage, edit));
  if (widened.some(({ touched }) => touched.some(({ kind }) => kind === 'fixed'))) return false;
  switch (keeps) {
    case 'all':
      return widened.every(keepsAll);
    case 'once':
      return keepsOnce(before, widened);
    case 'value':
      return widened.every(keepsValue);
  }
}

/** An edit together with the whole of every kept token that it touches. */
interface Widened {
  readonly edit: Edit;
  readonly passage: Passage;
  /** In their order. */
  readonly touched: readonly Kept[];
  readonly start: number;
  readonly end: number;
  readonly old: string;
  readonly changed: string;
}

function areSound(prompt: PromptText, edits: readonly Edit[]): boolean {
  const ordered = [...edits].sort((one, other) => one.passage - other.passage || one.start - other.start);
  return ordered.every((edit, index) => {
    const passage = prompt.passages[edit.passage];
    if (passage === undefined || passage.includedFrom !== null) return false;
    if (!(edit.start >= 0 && edit.start <= edit.end && edit.end <= passage.text.length)) return false;
    if (splitsCharacter(passage.text, edit.start) || splitsCharacter(passage.text, edit.end)) return false;
    const previous = ordered[index - 1];
    return previous === undefined || previous.passage !== edit.passage || previous.end <= edit.start;
  });
}

function splitsCharacter(text: string, position: number): boolean {
  const high = text.charCodeAt(position - 1);
  const low = text.charCodeAt(position);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function widen(passage: Passage, edit: Edit): Widened {
  const { kept, text } = passage;
  const touched: Kept[] = [];
  for (let index = firstEndingAfter(kept, edit.start); index < kept.length; index++) {
    const one = kept[index];
    if (one === undefined || one.start >= edit.end) break;
    touched.push(one);
  }
  const first = touched[0];
  const start = Math.min(edit.start, first?.start ?? edit.start);
  const end = Math.max(edit.end, touched.at(-1)?.end ?? edit.end);
  const old = text.slice(start, end);
  const changed = text.slice(start, edit.start) + edit.replacement + text.slice(edit.end, end);
  return { edit, passage, touched, start, end, old, changed };
}

function keepsAll(widened: Widened): boolean {
  const { edit, passage, touched, start, changed } = widened;
  const inData = dataAt(passage, edit);
  // Whatever a rule takes words for, in data they are somebody's value.
  if (inData && !keepsValue(widened)) return false;
  if (inData && touched.length > 0) return true;
  if (isInserted(edit, passage)) return false;
  if (gluesWords(widened)) return false;
  // Every token in its order in what is there now, and nothing new that would have to be kept.
  let at = 0;
  for (const one of touched) {
    const token = passage.text.slice(one.start, one.end);
    const found = changed.indexOf(token, at);
    if (found === -1) return false;
    at = found + token.length;
  }
  if (edit.replacement === '') return true;
  const known = new Set(touched.map((one) => passage.text.slice(one.start, one.end)));
  return findKept(changed).every(({ kind, start: from, end }) => {
    const token = changed.slice(from, end);
    return (
      known.has(token) ||
      (kind === 'name' && passage.text.slice(start, widened.end).includes(token)) ||
      insideOf(known, token)
    );
  });
}

/** Whether the edit begins or ends within a word that is kept, or puts something into one. */
function isInserted(edit: Edit, passage: Passage): boolean {
  if (edit.start !== edit.end) return false;
  const one = passage.kept[firstEndingAfter(passage.kept, edit.start)];
  return one !== undefined && one.start < edit.start;
}

/** Whether a word before the edit and one behind it become one word. */
function gluesWords({ passage, edit }: Widened): boolean {
  const { text } = passage;
  const after = edit.replacement === '' ? text[edit.end] : edit.replacement.at(-1);
  const next = edit.replacement === '' ? undefined : text[edit.end];
  const first = edit.replacement === '' ? after : edit.replacement[0];
  return (
    (joins(text[edit.start - 1], first) && !joins(text[edit.start - 1], text[edit.start])) ||
    (joins(after, next) && edit.end > 0 && !joins(text[edit.end - 1], next))
  );
}

function joins(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && /[A-Za-z0-9_]/.test(left) && /[A-Za-z0-9_]/.test(right);
}

function insideOf(known: ReadonlySet<string>, token: string): boolean {
  for (const one of known) if (one.includes(token)) return true;
  return false;
}

/** Everything that the edits take away has to stand somewhere else, or in what they put in. */
function keepsOnce(prompt: PromptText, widened: readonly Widened[]): boolean {
  const replacements = widened.map(({ changed }) => changed).join('\n');
  const missing = new Set<string>();
  for (const { passage, touched } of widened) {
    for (const one of touched)
      for (const token of tokensOf(passage, one)) {
        if (!replacements.includes(withoutTracking(token))) missing.add(token);
      }
  }
  if (missing.size === 0) return true;
  const rest = restOf(prompt, widened);
  for (const token of missing) if (!rest.some((text) => text.includes(token))) return false;
  return true;
}

/** A block of code counts line by line, so that lines that are repeated in it may go. */
function tokensOf(passage: Passage, { kind, start, end }: Kept): string[] {
  const text = passage.text.slice(start, end);
  // What is quoted and stands elsewhere without its marks is still said.
  if (kind === 'quoted') return [text.slice(1, -1)];
  if (kind !== 'code' || !text.includes('\n')) return [text];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function restOf(prompt: PromptText, widened: readonly Widened[]): string[] {
  return prompt.passages.flatMap((passage) => {
    const ordered = widened
      .filter((one) => one.passage === passage)
      .sort((one, other) => one.start - other.start);
    if (ordered.length === 0) return [passage.text];
    const parts: string[] = [];
    let at = 0;
    for (const { start, end } of ordered) {
      parts.push(passage.text.slice(at, start));
      at = Math.max(at, end);
    }
    parts.push(passage.text.slice(at));
    return parts;
  });
}

function dataAt({ blocks }: Passage, { start, end }: Edit): boolean {
  const block = blocks[firstEndingAfter(blocks, start)];
  return block !== undefined && block.kind === 'data' && block.start <= start && end <= block.end;
}

/** A rule for data proves itself that it parses to the same value; here nothing that is written in it may be lost or new. */
function keepsValue({ touched, passage, old, changed }: Widened): boolean {
  for (const one of touched) {
    if (one.kind === 'variable' && !changed.includes(passage.text.slice(one.start, one.end))) return false;
  }
  const before = scalarsOf(old);
  const after = scalarsOf(changed);
  if (before.size !== after.size) return false;
  for (const scalar of before) if (!after.has(scalar)) return false;
  return true;
}

/** The distinct words, numbers and runs of pictures of data, however they are quoted, without fences. */
function scalarsOf(data: string): Set<string> {
  const bare = data
    .replace(/^[ \t>]*[`~]{3,}[^\n]*$/gm, '')
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\[nrtbf"/]/g, ' ');
  return new Set(bare.match(/[\p{L}\p{M}\p{N}_]+(?:[.][\p{L}\p{N}]+)*|\p{Extended_Pictographic}+/gu));
}

/** Turns "these words become those" into an edit that leaves a sentence as a person would have written it. */
import type { Span } from '../../../prompt-part.ts';
import type { Passage, Sentence } from '../../prompt-text.ts';
import type { Edit } from '../../rule.ts';
import { articleBefore } from './article.ts';

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\t';
const isUpper = (character: string): boolean => character !== character.toLowerCase();

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Emphasis, brackets and links next to a deletion would be left empty or torn. */
const MARKUP = /[*_~`[\]()<>{}|"“”/\\=-]/;

/** The edit with the article before it corrected; null where the article cannot be known. */
function withArticle(
  text: string,
  edit: Omit<Edit, 'passage'>,
  sentenceStart: number,
): Omit<Edit, 'passage'> | null {
  const before = /(?<![\p{L}\p{N}'’-])(an?) ?$/iu.exec(
    text.slice(Math.max(sentenceStart, edit.start - 4), edit.start),
  );
  const article = before?.[1];
  if (before === null || article === undefined) return edit;
  const word = /^\s*([^\s]+)/.exec(edit.replacement + text.slice(edit.end, edit.end + 60))?.[1] ?? '';
  const right = articleBefore(word);
  if (right === null) return null;
  if (right === article.toLowerCase()) return edit;
  const start = edit.start - before[0].length;
  const spelled = isUpper(article.charAt(0)) ? capitalised(right) : right;
  return {
    start,
    end: edit.end,
    replacement: spelled + text.slice(start + article.length, edit.start) + edit.replacement,
  };
}

/** A deletion takes a space, and a comma that belonged to it, and gives the sentence its capital again. */
function deletion(text: string, span: Span, sentence: Sentence): Omit<Edit, 'passage'> | null {
  let { start, end } = span;
  const atStart = start === sentence.start;
  const next = text.charAt(end);
  const previous = text.charAt(start - 1);
  if ((end < sentence.end && MARKUP.test(next)) || (!atStart && MARKUP.test(previous))) return null;
  if (atStart) {
    if (text.charAt(end) === ',') end += 1;
    while (isSpace(text[end]) && end < sentence.end) end += 1;
    const first = text.charAt(end);
    if (end >= sentence.end || !/[\p{L}\p{N}$"“'({[]/u.test(first)) return null;
    if (!/\p{Ll}/u.test(first) || !isUpper(text.charAt(start))) return { start, end, replacement: '' };
    return { start, end: end + 1, replacement: first.toUpperCase() };
  }
  if (!isSpace(previous)) return null;
  while (isSpace(text[start - 1])) start -= 1;
  if (text.charAt(start - 1) === ',' && /[,.;:!?]/.test(text.charAt(end))) start -= 1;
  else if (text.charAt(end) === ',' && !/[,;:.!?]/.test(text.charAt(start - 1))) return null;
  else if (text.charAt(end) === ',') end += 1;
  if (start <= sentence.start) return null;
  return { start, end, replacement: '' };
}

/**
 * The words of `span`, which is within `sentence`, become `replacement` ('' deletes them). Null where that would touch
 * something that is kept, tear markup, or leave a sentence that nobody would write.
 */
export function reword(
  passage: Passage,
  index: number,
  sentence: Sentence,
  span: Span,
  replacement: string,
): Edit | null {
  const { text } = passage;
  // "I" is a capital anywhere; it is the sentence's own only where it starts it.
  const carries =
    isUpper(text.charAt(span.start)) &&
    (span.start === sentence.start || !/^I(?![\p{L}\p{N}])/u.test(text.slice(span.start, span.start + 2)));
  const plain =
    replacement === ''
      ? deletion(text, span, sentence)
      : { start: span.start, end: span.end, replacement: carries ? capitalised(replacement) : replacement };
  if (plain === null) return null;
  const edit = withArticle(text, plain, sentence.start);
  if (edit === null) return null;
  // What a replacement has to hold on to is judged by the net under all rules.
  if (replacement === '' && passage.keeps(edit.start, edit.end)) return null;
  return { passage: index, ...edit };
}

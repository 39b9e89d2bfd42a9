/** The sentences that can be compared with each other, whatever their language. */
import type { Passage } from '../../prompt-text.ts';
import { type WordedSentence, wordedSentences } from './prose.ts';

export interface Statement extends WordedSentence {
  readonly passage: Passage;
  /** The list that it is an item of; '' of a paragraph. */
  readonly scope: string;
}

/** Signs of code that stands in no fence, and of a line that a label begins. */
const DATA = /[{}<>=;|`\\]|\w\(|^\[?[\w -]{1,24}\]?:\s/;
/** Points at what stands beside it: elsewhere the same words say something else. */
const POINTING =
  /\b(?:this|these|those|it|its|they|them|their|here|above|below|following|previous|next|i)\b/i;

/** Its text without case, spacing, emphasis and end marks: signs within it count, for they may be code. */
export const spellingOf = ({ passage, sentence }: Statement): string =>
  passage.text
    .slice(sentence.start, sentence.end)
    .toLowerCase()
    .replace(/[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '');

/** A whole sentence of prose that stands on its own: no label, no code, no example, nothing that announces. In a list the end mark is often left out. */
export function standsAlone({ passage, sentence }: Statement): boolean {
  const block = passage.blocks[sentence.block];
  const text = passage.text.slice(sentence.start, sentence.end);
  if (block === undefined || passage.role === 'assistant') return false;
  if (!/^\p{Lu}/u.test(text) || DATA.test(text) || POINTING.test(text)) return false;
  if (/^[-*+•\s]*\[?[\w ]{1,24}\]?:\s/.test(passage.text.slice(block.start, block.start + 40))) return false;
  return block.kind === 'listItem' ? !text.endsWith(':') : /[.!?]$/.test(text);
}

/** The sentences of paragraphs and list items, in their order. An item belongs to its list: the same words in another one may be about something else. */
export function statements(passage: Passage): Statement[] {
  const scopes: number[] = [];
  let scope = 0;
  for (const [index, { kind }] of passage.blocks.entries()) {
    if (kind !== 'listItem') scope = index;
    scopes.push(scope);
  }
  return wordedSentences(passage).map(({ sentence, words }) => ({
    passage,
    sentence,
    words,
    scope: passage.blocks[sentence.block]?.kind === 'listItem' ? `${scopes[sentence.block]}:` : '',
  }));
}

/** The sentences that a wording rule may change. */
import type { Passage, PromptText, Sentence } from '../../prompt-text.ts';
import { isEnglish } from './english.ts';
import { type Word, wordsOf } from './words.ts';

/** A sentence of a paragraph or a list item, with its words. A heading is a name and a quote is somebody else's words. */
export interface WordedSentence {
  readonly sentence: Sentence;
  readonly words: readonly Word[];
}

/** A sentence with its place. `index` is that of its passage in the prompt. */
export interface ProseSentence extends WordedSentence {
  readonly passage: Passage;
  readonly index: number;
}

/** A paragraph in italics or quotation marks is what somebody says or thinks. */
const SPOKEN = /^(?:[*_][^*_\s]|["“])/;

interface PassageProse {
  readonly isEnglish: boolean;
  readonly sentences: readonly WordedSentence[];
}

/** What was read of a passage, which never changes: some fifteen rules ask for the same words. */
const known = new WeakMap<Passage, PassageProse>();

function readProse(passage: Passage): PassageProse {
  const before = known.get(passage);
  if (before !== undefined) return before;
  const { text, blocks } = passage;
  const sentences: WordedSentence[] = [];
  for (const sentence of passage.sentences) {
    const kind = blocks[sentence.block]?.kind;
    const start = blocks[sentence.block]?.start ?? 0;
    if ((kind === 'paragraph' || kind === 'listItem') && !SPOKEN.test(text.slice(start, start + 2)))
      sentences.push({ sentence, words: wordsOf(text, sentence.start, sentence.end) });
  }
  const prose = { isEnglish: isEnglish(passage), sentences };
  known.set(passage, prose);
  return prose;
}

/** The sentences of a passage in any language. */
export const wordedSentences = (passage: Passage): readonly WordedSentence[] => readProse(passage).sentences;

/** Whether the passage is mostly English. */
export const isEnglishProse = (passage: Passage): boolean => readProse(passage).isEnglish;

/** The English passages that are the prompt's own, with their indices. */
export function* englishPassages(prompt: PromptText): Generator<{ passage: Passage; index: number }> {
  for (const [index, passage] of prompt.passages.entries())
    if (passage.includedFrom === null && isEnglishProse(passage)) yield { passage, index };
}

/** Every sentence of English prose that the prompt's own file has. */
export function* proseSentences(prompt: PromptText): Generator<ProseSentence> {
  for (const { passage, index } of englishPassages(prompt))
    for (const { sentence, words } of wordedSentences(passage)) yield { passage, index, sentence, words };
}

/** Words with a space between their letters: a token per letter. */
import { editsAt, ownPassages } from '../data/places.ts';
import { proseBlocks } from '../data/prose-blocks.ts';
import type { PromptText } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

/** Four letters or more, all upper or all lower case, each on its own. */
const SPACED =
  /(?<![\p{L}\p{M}\p{N}'’])(?:[A-Z](?: [A-Z](?![\p{L}\p{M}\p{N}'’])){3,}|[a-z](?: [a-z](?![\p{L}\p{M}\p{N}'’])){3,})/gu;
/** One more letter or digit on its own, in another case, so that the letters are rather a list. */
const GOES_ON = /^(?: [\p{L}\p{N}](?![\p{L}\p{N}])|[\p{L}\p{M}\p{N}])/u;
/** A word has fewer tokens than that; letters that are no word, such as chords or the answers of a test, have more. */
const LETTERS_PER_TOKEN = 4;

export const spacedLetters: Rule = {
  id: 'spaced-letters',
  title: 'Spaced letters',
  what: 'Joins the letters of a word that is written with a space between them, where the tokenizer knows the word.',
  risk: 'low',
  keeps: 'once',
  examples: [{ before: 'This is I M P O R T A N T for us.', after: 'This is IMPORTANT for us.' }],
  leaves: ['Answer with A B C D only.', 'The chords are C G A F.', 'Tune it to E A D G B E.', 'Plan a b c.'],
  *find(prompt) {
    for (const { passage, index } of ownPassages(prompt)) {
      for (const block of proseBlocks(passage)) {
        const text = passage.text.slice(block.start, block.end);
        for (const { index: start, 0: spaced } of text.matchAll(SPACED)) {
          const word = spaced.replaceAll(' ', '');
          const end = start + spaced.length;
          if (GOES_ON.test(text.slice(end, end + 4)) || isAlphabetical(word) || !isWord(prompt, word))
            continue;
          const change = { start, end, replacement: word };
          const edits = editsAt(index, block.start, [change]);
          const span = { start: block.start + change.start, end: block.start + change.end };
          yield {
            passage: index,
            ...span,
            edits,
            message: 'Write this word without spaces between its letters.',
          };
        }
      }
    }
  },
};

/** "A B C D" are answers to choose from, no word. */
const isAlphabetical = (word: string): boolean =>
  [...word].every((letter, index) => index === 0 || letter > (word[index - 1] ?? ''));

function isWord({ tokens }: PromptText, word: string): boolean {
  if (new Set(word).size < 3) return false;
  const most = Math.floor(word.length / LETTERS_PER_TOKEN);
  return Math.min(tokens(word), tokens(` ${word}`)) <= most;
}

/** The same emoji several times in a row. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import { firstEndingAfter } from '../read-passage.ts';
import type { Rule } from '../rule.ts';

/** One emoji with its tone and what it is joined with. */
const RUN =
  /(\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?){0,8})(?:[ \t]?\1)+(?![\u200D\uFE0F]|\p{Emoji_Modifier})/gu;

export const emojiRuns: Rule = {
  id: 'emoji-runs',
  title: 'Repeated emoji',
  what: 'Leaves one of the same emoji in a row. Each costs one to several tokens.',
  risk: 'low',
  keeps: 'all',
  examples: [
    { before: 'Be creative! 🚀🚀🚀🚀', after: 'Be creative! 🚀' },
    { before: '⚠️ ⚠️ ⚠️ Read this first.', after: '⚠️ Read this first.' },
  ],
  leaves: ['Rate with 👍 or 👎.', 'Print `🚀🚀🚀`.', 'Family: 👨‍👩‍👧', '```json\n{"rating":"👍👍👍"}\n```'],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  for (const found of passage.text.matchAll(RUN)) {
    const end = found.index + found[0].length;
    if (passage.keeps(found.index, end) || isInData(passage, found.index)) continue;
    yield change(found.index, end, found[1] ?? '', 'The emoji once says what it says several times.');
  }
}

/** In data and tables three of them may be a value, such as a rating. */
function isInData({ blocks }: Passage, at: number): boolean {
  const block = blocks[firstEndingAfter(blocks, at)];
  return block !== undefined && block.start <= at && (block.kind === 'data' || block.kind === 'table');
}

/** A heading directly under one with the same words. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Block, Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const repeatedHeadings: Rule = {
  id: 'repeated-headings',
  title: 'Repeated headings',
  what: 'Leaves the first of two headings that follow each other and say the same.',
  risk: 'low',
  keeps: 'once',
  examples: [
    {
      before: '# Output Format\n\n## Output format:\n\nUse bullets.',
      after: '# Output Format\n\nUse bullets.',
    },
  ],
  leaves: [
    '# Output\n\n## Format\n\nUse bullets.',
    '# Rules\n\nBe brief.\n\n# Rules\n\nUse bullets.',
    '# ------\n\n# ------\n# Words',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text, blocks } = passage;
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    if (block.kind !== 'heading' || before?.kind !== 'heading') continue;
    const words = wordsOf(text, block);
    // A line of signs behind a number sign is a border, and the second one closes the box.
    if (!/[\p{L}\p{N}]/u.test(words) || words !== wordsOf(text, before)) continue;
    yield change(before.end, block.end, '', 'The heading above says the same.');
  }
}

function wordsOf(text: string, { start, end }: Block): string {
  return text
    .slice(start, end)
    .replace(/^#+|[ \t]#+[ \t]*$|\n[ \t]*[=-]+[ \t]*$/g, '')
    .replace(/[:*_]/g, '')
    .trim()
    .toLowerCase();
}

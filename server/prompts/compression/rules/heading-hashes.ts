/** Hashes behind a heading, which Markdown allows and nothing needs. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const headingHashes: Rule = {
  id: 'heading-hashes',
  title: 'Closing hashes of headings',
  what: 'Removes the hashes behind a heading. Markdown reads it as the same heading without them.',
  risk: 'lossless',
  keeps: 'all',
  examples: [{ before: '## Output format ##\n\nUse bullets.', after: '## Output format\n\nUse bullets.' }],
  leaves: ['# Write about C#\n\nBe brief.', '## Output format\n\nUse bullets.'],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text, blocks } = passage;
  for (const { kind, start, end } of blocks) {
    if (kind !== 'heading') continue;
    const hashes = /[ \t]+#+[ \t]*$/.exec(text.slice(start, end));
    if (hashes === null || hashes.index === 0 || passage.keeps(start + hashes.index, end)) continue;
    if (/^#+[ \t]*$/.test(text.slice(start, start + hashes.index))) continue;
    yield change(start + hashes.index, end, '', 'A heading needs no hashes behind it.');
  }
}

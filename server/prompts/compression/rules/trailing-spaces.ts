/** Spaces at the end of a line, which nobody sees and the model pays no heed to. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import { firstEndingAfter } from '../read-passage.ts';
import type { Rule } from '../rule.ts';

export const trailingSpaces: Rule = {
  id: 'trailing-spaces',
  title: 'Trailing spaces',
  what: 'Removes spaces and tabs at the ends of lines outside of code. They change nothing that the model reads, and many cost a token. The two spaces that break a line within a Markdown paragraph stay.',
  risk: 'lossless',
  keeps: 'all',
  examples: [
    { before: 'Answer in French.   \n\nBe brief.', after: 'Answer in French.\n\nBe brief.' },
    { before: 'First line \t \nsecond line', after: 'First line\nsecond line' },
  ],
  leaves: [
    '```text\na   \nb\n```',
    'No spaces here.\nNor here.',
    'Goal: find the fault.  \nAudience: developers.',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text } = passage;
  for (let lineEnd = nextLineEnd(text, 0); ; lineEnd = nextLineEnd(text, lineEnd + 1)) {
    let start = lineEnd;
    while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
    if (
      start < lineEnd &&
      !passage.keeps(start, lineEnd) &&
      !isAmongBlankLines(text, start, lineEnd) &&
      !isHardBreak(passage, start, lineEnd)
    ) {
      yield change(start, lineEnd, '', 'Spaces at the end of a line say nothing.');
    }
    if (lineEnd >= text.length) return;
  }
}

/** True for a blank line beside another, which goes as a whole. */
function isAmongBlankLines(text: string, start: number, lineEnd: number): boolean {
  if (start > 0 && text[start - 1] !== '\n') return false;
  return (
    /^\r?\n[ \t]*\r?\n/.test(text.slice(lineEnd, lineEnd + 80)) ||
    /\n[ \t]*\r?\n$/.test(text.slice(Math.max(0, start - 80), start))
  );
}

/** Two spaces before a line end within a paragraph are Markdown for a new line (CommonMark, "Hard line breaks"); more are padding. */
function isHardBreak({ text, blocks }: Passage, start: number, lineEnd: number): boolean {
  if (text.slice(start, lineEnd) !== '  ') return false;
  const block = blocks[firstEndingAfter(blocks, start)];
  return (
    block !== undefined &&
    (block.kind === 'paragraph' || block.kind === 'listItem' || block.kind === 'quote') &&
    block.start < start &&
    text.slice(lineEnd, block.end).trim() !== ''
  );
}

/** Where the next line's text ends: before its line end, or at the end of the text. */
function nextLineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  if (feed === -1) return text.length;
  return feed > from && text[feed - 1] === '\r' ? feed - 1 : feed;
}

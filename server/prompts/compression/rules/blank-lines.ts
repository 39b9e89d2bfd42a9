/** More blank lines than the one that ends a paragraph. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const blankLines: Rule = {
  id: 'blank-lines',
  title: 'Blank lines',
  what: 'Leaves one blank line where there are more, outside of code. One ends a paragraph; the rest only costs.',
  risk: 'lossless',
  keeps: 'all',
  examples: [
    { before: 'Summarize the text.\n \n  \n\n\nUse bullets.', after: 'Summarize the text.\n\nUse bullets.' },
    { before: 'One.\r\n\r\n \r\n\r\n\r\nTwo.', after: 'One.\r\n\r\nTwo.' },
  ],
  leaves: ['One.\n\nTwo.', '```python\na = 1\n\n\n\n\nb = 2\n```'],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  for (const found of passage.text.matchAll(/(\r?\n)(?:[ \t]*\r?\n){2,}/g)) {
    const [written, lineEnd = '\n'] = found;
    const end = found.index + written.length;
    if (passage.keeps(found.index, end)) continue;
    // Between the first line end and the last, so that the lines above and below may change in the same step.
    yield change(
      found.index + lineEnd.length,
      end - lineEnd.length,
      '',
      'One blank line separates as well as several.',
    );
  }
}

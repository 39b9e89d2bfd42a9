/** Comments of HTML, which readers of the rendered Markdown do not see and the model does. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const htmlComments: Rule = {
  id: 'html-comments',
  title: 'HTML comments',
  what: 'Removes comments. The model is sent every one of them; what is meant for it stands better in the text. Directives of tools, comments with variables and those of a web page stay.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: '<!-- written by the docs team, still a draft -->\n\nSummarize the text.',
      after: 'Summarize the text.',
    },
    { before: 'Use bullets. <!-- why? ask the team -->\n\nBe brief.', after: 'Use bullets.\n\nBe brief.' },
  ],
  leaves: [
    '<!-- markdownlint-disable MD013 -->\nSummarize.',
    '```html\n<!-- kept -->\n```',
    '<!-- {{note}} -->\nSummarize.',
    '<!-- not closed\nSummarize.',
    '<body>\n  <!-- the head of the page -->\n  <header class="top">\n  </header>\n</body>',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text } = passage;
  for (let start = text.indexOf('<!--'); start !== -1; start = text.indexOf('<!--', start + 4)) {
    const close = text.indexOf('-->', start + 4);
    if (close === -1) return;
    const end = close + 3;
    if (passage.keeps(start, end) || isInPage(text, start, end)) continue;
    const [from, to] = withItsSpace(text, start, end);
    const isOnItsLine = passage.keeps(from, to);
    yield change(
      isOnItsLine ? start : from,
      isOnItsLine ? end : to,
      '',
      'The model is sent this comment as well.',
    );
    start = end - 4;
  }
}

/** A line of a web page, which a prompt shows without a fence, not of a prompt that is written with tags. */
const ELEMENT =
  /^\s*<\/?(?:html|head|body|header|footer|main|nav|section|article|aside|div|span|p|a|ul|ol|li|table|tr|td|th|form|input|button|label|img|svg|script|style|link|meta|title|h[1-6])\b/i;

/** Whether the lines around it are of a page that is to be written with its comments. */
function isInPage(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 300), start).trimEnd();
  const after = text.slice(end, end + 300).trimStart();
  return ELEMENT.test(after) || ELEMENT.test(before.slice(before.lastIndexOf('\n') + 1));
}

/** A comment alone on its lines goes with them and the blank ones behind; within a line with the space before it. */
function withItsSpace(text: string, start: number, end: number): readonly [number, number] {
  let from = start;
  while (from > 0 && (text[from - 1] === ' ' || text[from - 1] === '\t')) from--;
  const begins = from === 0 || text[from - 1] === '\n';
  const after = /^[ \t]*(?:\r?\n[ \t]*)*?(?:\r?\n(?![ \t]*\r?\n)|$)/.exec(text.slice(end, end + 400))?.[0];
  if (begins && after !== undefined) return [from, end + after.length];
  return begins ? [start, end] : [from, end];
}

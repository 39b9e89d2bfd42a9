/** A horizontal rule right in front of a heading, which separates by itself. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const rulesBeforeHeadings: Rule = {
  id: 'rules-before-headings',
  title: 'Lines in front of headings',
  what: 'Leaves out a horizontal rule between a blank line and a heading: the heading begins a new part without it.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Name the sources.\n\n---\n\n## Output\n\nUse bullets.',
      after: 'Name the sources.\n\n## Output\n\nUse bullets.',
    },
  ],
  leaves: [
    '---\n\n# Title\n\nName the sources.',
    'Name the sources.\n\n---\n\nUse bullets.',
    'tags:\n- one\n---\n\n# Title',
    'Name the sources.\n\n---\n\nTitle\n=====',
    'Name the sources.\n\n---\n\n## Market\n\n[two paragraphs on the market]',
    'Name the sources.\n\n---\n\n## SKILLS_START\n\nList the skills.',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

/** How far into a part its placeholders are looked for, in UTF-16 units. */
const AROUND = 400;

function* findIn({ text, blocks }: Passage): Generator<Found> {
  for (const [index, rule] of blocks.entries()) {
    const before = blocks[index - 1];
    const heading = blocks[index + 1];
    if (rule.kind !== 'rule' || heading?.kind !== 'heading') continue;
    // Two rules make a box, and a rule behind a line without a blank one ends what is no Markdown, such as front matter.
    if (before === undefined || before.kind === 'rule' || blocks[index + 2]?.kind === 'rule') continue;
    if (!/\n[ \t]*\r?\n$/.test(text.slice(before.end, rule.start))) continue;
    if (!/^\s*$/.test(text.slice(rule.end, heading.start)) || text[heading.start] !== '#') continue;
    if (isForm(text, before.start, rule.start) || isForm(text, heading.start, heading.end + AROUND)) continue;
    yield change(rule.start, heading.start, '', 'Leave this line out: the heading below begins a new part.');
  }
}

/** Placeholders in brackets, or a heading that is an identifier: a form that the answer is to have, with its lines. */
function isForm(text: string, start: number, end: number): boolean {
  return /\[[^\]\n]{2,120}\](?![([:])|^#+[ \t].*\w_\w/m.test(text.slice(start, end));
}

/** "**Label:** text": the colon sets the label apart. */
import type { Passage, TextEdit } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';
import { isToBeWritten } from '../to-be-written.ts';

/** With what follows on its line: a form to be filled in has a bracket there, or nothing. */
const LABEL = /^(?:[-*+•][ \t]+|\d{1,3}[.)][ \t]+)?\*\*([^*\n]{1,60}?)\*\*(:?)[ \t]*([^\n]?)/u;
const MARK = '**';
/** One alone is an emphasis. */
const FEWEST = 2;

export const boldLabels: Rule = {
  id: 'bold-labels',
  title: 'Bold labels',
  what: 'Takes the bold off labels that end with a colon, list by list, but not off a form that an answer is to have. Try it on your own cases first: answers may leave their labels plain as well.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before: '- **Tone:** calm and friendly\n- **Length**: two pages',
      after: '- Tone: calm and friendly\n- Length: two pages',
    },
  ],
  leaves: [
    '- **Never** guess\n- Use **bold**: it is loud',
    '**Tone** of the answer',
    'Output format:\n\n- **Problem:** one line\n- **Cause:** one line',
    '- **Problem:** [one line]\n- **Cause:**',
    '- **Problem:** one line\n- **Cause:** one line\n- **Remedy**',
    '**Doctor:** Let us see.\n\n- **Pulse:** high\n- **Mood:** low',
  ],
  *find({ passages }): Generator<Finding> {
    for (const [index, passage] of passages.entries()) {
      if (passage.includedFrom !== null) continue;
      for (const [from, to] of listsOf(passage)) {
        const edits = labelsOf(passage, from, to);
        const [first, last] = [edits[0], edits.at(-1)];
        if (first === undefined || last === undefined || edits.length < FEWEST * 2) continue;
        yield {
          passage: index,
          start: first.start,
          end: last.end,
          edits: edits.map((edit) => ({ ...edit, passage: index })),
          message: 'Try the labels of this list without bold: their colons set them apart.',
        };
      }
    }
  },
};

/** Runs of list items: the first one's index, and the index behind the last one. */
function* listsOf({ blocks }: Passage): Generator<readonly [number, number]> {
  let from = -1;
  for (const [at, { kind }] of blocks.entries()) {
    if (kind !== 'listItem') from = -1;
    else if (from === -1) from = at;
    if (from !== -1 && blocks[at + 1]?.kind !== 'listItem') yield [from, at + 1];
  }
}

/** The marks around the labels of a list; none where it is a form. */
function labelsOf(passage: Passage, from: number, to: number): TextEdit[] {
  if (isToBeWritten(passage, from) || followsLabel(passage, from)) return [];
  const marks: TextEdit[] = [];
  for (const { start, end } of passage.blocks.slice(from, to)) {
    const found = LABEL.exec(passage.text.slice(start, Math.min(end, start + 120)));
    const [whole, label = '', colon = '', next = ''] = found ?? [];
    if (whole === undefined || !/\p{L}/u.test(label)) continue;
    // A list whose other items begin in bold without a colon has bold as its form.
    if (label.endsWith(':') === (colon === ':')) return [];
    if (!/[\p{L}\p{N}"“`]/u.test(next)) return [];
    const opening = start + whole.indexOf(MARK);
    for (const mark of [opening, opening + MARK.length + label.length])
      if (passage.keeps(mark, mark + MARK.length)) return [];
      else marks.push({ start: mark, end: mark + MARK.length, replacement: '' });
  }
  return marks;
}

/** A line "**Label:** text" in front of the list: a transcript, or a form that the list is a part of. */
function followsLabel({ text, blocks }: Passage, from: number): boolean {
  const before = blocks[from - 1];
  return (
    before?.kind === 'paragraph' &&
    /^\*\*[^*\n]{1,60}\*\*:?[ \t]*\S/.test(text.slice(before.start, before.start + 120))
  );
}

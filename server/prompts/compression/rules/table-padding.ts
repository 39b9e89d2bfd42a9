/** Spaces and dashes that only line up the columns of a Markdown table. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage, PromptText } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

export const tablePadding: Rule = {
  id: 'table-padding',
  title: 'Table padding',
  what: 'Takes the padding out of the cells of Markdown tables, with or without one space beside a bar, whichever has fewer tokens. The table stays the same table.',
  risk: 'lossless',
  keeps: 'all',
  examples: [
    {
      before: '| Name      | Size        |\n| :-------- | ----------: |\n| river     |        long |',
      after: '|Name|Size|\n|:-|-:|\n|river|long|',
    },
  ],
  leaves: ['|a|b|\n|-|-|\n|c|d|', '| a | b |\n| --- | --- |\n| `a || b` | or |', 'Either | or.'],
  find: (prompt) => inPassages(prompt, (passage) => findIn(passage, prompt)),
};

const CODE = /(`+)[^`\n]+\1/g;

function* findIn({ text, blocks }: Passage, prompt: PromptText): Generator<Found> {
  for (const { kind, start, end } of blocks) {
    if (kind !== 'table' || (start > 0 && text[start - 1] !== '\n')) continue;
    const table = text.slice(start, end);
    const tight = repad(table, '');
    const loose = repad(table, ' ');
    const shortest = prompt.tokens(loose) < prompt.tokens(tight) ? loose : tight;
    // GitHub splits a cell at a bar in code, too; whoever wrote it meant the code.
    const isCodeCut = (table.match(CODE) ?? []).some((code) => !shortest.includes(code));
    if (shortest !== table && !isCodeCut) {
      yield change(start, end, shortest, 'The table says the same without the padding of its cells.');
    }
  }
}

function repad(table: string, space: string): string {
  return table
    .split('\n')
    .map((line, index) => {
      const end = line.endsWith('\r') ? '\r' : '';
      const row = line.trim();
      return cellsOf(row)
        .map((cell, place, cells) => {
          const written = index === 1 ? cell.trim().replace(/-+/, '-') : cell.trim();
          if ((place === 0 || place === cells.length - 1) && written === '') return '';
          const before = place === 0 || written === '' ? '' : space;
          // A backslash would escape the bar that comes to stand behind it.
          const after = written.endsWith('\\') ? ' ' : space;
          return `${before}${written}${place === cells.length - 1 ? '' : after}`;
        })
        .join('|')
        .concat(end);
    })
    .join('\n');
}

/** Splits a row at its bars; one behind a backslash that nothing escapes is text, as in GitHub's tables. */
function cellsOf(row: string): string[] {
  return row.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/);
}

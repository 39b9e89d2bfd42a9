/** Runs of spaces within a line of prose. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { BlockKind, Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

const PROSE: ReadonlySet<BlockKind> = new Set(['paragraph', 'listItem', 'heading', 'quote']);

export const innerSpaces: Rule = {
  id: 'inner-spaces',
  title: 'Runs of spaces',
  what: 'Makes one space of several between two words of prose. Code, data, tables and text that is aligned in columns stay.',
  risk: 'lossless',
  keeps: 'all',
  examples: [
    { before: 'Write   a short    poem about the sea.', after: 'Write a short poem about the sea.' },
    { before: '- Keep \t it short.', after: '- Keep it short.' },
  ],
  leaves: [
    'Write a short poem.',
    '    indented   code',
    'name      size\nriver     long\nbrook     short',
    'Use `a    b` as the key.',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text, blocks } = passage;
  for (const { kind, start, end } of blocks) {
    if (!PROSE.has(kind)) continue;
    const prose = text.slice(start, end);
    if (!/[ \t]{2}/.test(prose) || isAligned(prose)) continue;
    for (const found of prose.matchAll(/(?<=[^\s>|*+.)-])(?:[ \t]{2,})(?=[^\s|])/g)) {
      const from = start + found.index;
      const to = from + found[0].length;
      if (!passage.keeps(from, to)) yield change(from, to, ' ', 'One space separates two words.');
    }
    for (const found of prose.matchAll(/(?<=[\p{L}\p{N}"”)][.)*])(?:[ \t]{2,})(?=[^\s|])/gu)) {
      const from = start + found.index;
      const to = from + found[0].length;
      const isMark = /^\s*\d+[.)]$/.test(
        prose.slice(Math.max(0, prose.lastIndexOf('\n', found.index) + 1), found.index),
      );
      if (!isMark && !passage.keeps(from, to))
        yield change(from, to, ' ', 'One space separates two sentences.');
    }
  }
}

/** Several lines with wide gaps are columns, and what stands above what says something. */
function isAligned(prose: string): boolean {
  return prose.split('\n').filter((line) => /\S(?: {3,}|\t+)\S/.test(line)).length > 1;
}

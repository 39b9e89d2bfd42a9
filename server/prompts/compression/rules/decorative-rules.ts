/** Long lines of dashes and the like, which say no more than short ones. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { BlockKind, Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

const DECORATED: ReadonlySet<BlockKind> = new Set(['paragraph', 'rule', 'listItem', 'quote']);
const RUN = /(?<![^\s])(?:([-=*~+─━═—])\1{3,}|([-*_])(?:[ \t]\2){3,})(?![^\s])/gu;
/** Underscores between words are a blank to fill in. */
const UNDERSCORES = /^_{4,}$/;

export const decorativeRules: Rule = {
  id: 'decorative-rules',
  title: 'Decorative lines',
  what: 'Shortens lines and runs of dashes, equals signs or stars to three of them. Three separate as well; the underline of a heading stays.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Rules\n\n-=-\n\n- - - - - - - - - - - - -\n\nBe brief.',
      after: 'Rules\n\n-=-\n\n---\n\nBe brief.',
    },
    {
      before: '═══════════ RULES ═══════════\n\nBe brief.',
      after: '═══ RULES ═══\n\nBe brief.',
    },
  ],
  leaves: [
    'Title\n---------\n\ntext',
    'Name: ________',
    '---\n\ntext',
    '```\n=========================\n```',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text, blocks } = passage;
  for (const { kind, start, end } of blocks) {
    if (!DECORATED.has(kind)) continue;
    const written = text.slice(start, end);
    if (kind === 'rule' && UNDERSCORES.test(written)) {
      yield change(start, end, '___', MESSAGE);
      continue;
    }
    for (const found of written.matchAll(RUN)) {
      const from = start + found.index;
      const to = from + found[0].length;
      const mark = found[1] ?? found[2] ?? '-';
      if (!passage.keeps(from, to)) yield change(from, to, mark.repeat(3), MESSAGE);
    }
  }
}

const MESSAGE = 'Three signs separate as well as a long line of them.';

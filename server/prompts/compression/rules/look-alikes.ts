/** Letters and marks that look like plain ones and take more tokens, since few texts that a model learned from have them. */
import { latinWords, plainMarks } from '../data/latin-look-alikes.ts';
import { createMeasure } from '../data/measured.ts';
import { editsAt, ownPassages, type Replacement } from '../data/places.ts';
import { proseBlocks } from '../data/prose-blocks.ts';
import type { Rule } from '../rule.ts';

export const lookAlikes: Rule = {
  id: 'look-alikes',
  title: 'Look-alike letters',
  what: 'Writes words with Cyrillic, Greek, full-width or mathematical letters that only look Latin, ligatures, and typographic apostrophes, dashes and ellipses in plain characters, where the tokenizer counts fewer tokens for it.',
  risk: 'low',
  keeps: 'all',
  examples: [
    { before: 'Describe the c\u0430t in the g\u0430rden.', after: 'Describe the cat in the garden.' },
    { before: 'Please \ufb01nd the o\ufb03ce.', after: 'Please find the office.' },
    { before: 'Use \u{1d41b}\u{1d428}\u{1d425}\u{1d41d} words.', after: 'Use bold words.' },
    {
      before: 'Say that it\u2019s late and you\u2019re tired.',
      after: "Say that it's late and you're tired.",
    },
  ],
  leaves: [
    '\u041f\u0435\u0440\u0435\u0432\u0435\u0434\u0438 \u044d\u0442\u043e.',
    'Solve for \u{1d465} with \u0394t and \u03b1.',
    'Do not say \u201cit\u2019s c\u0430t\u201d.',
    'Na\u00efve caf\u00e9 fa\u00e7ade.',
  ],
  *find(prompt) {
    const saved = createMeasure(prompt);
    for (const { passage, index } of ownPassages(prompt)) {
      for (const block of proseBlocks(passage)) {
        const text = passage.text.slice(block.start, block.end);
        const pays = (change: Replacement) =>
          !passage.keeps(block.start + change.start, block.start + change.end) && saved(text, change) > 0;
        for (const change of latinWords(text)) {
          if (!pays(change)) continue;
          const edits = editsAt(index, block.start, [change]);
          const span = { start: block.start + change.start, end: block.start + change.end };
          yield { passage: index, ...span, edits, message: 'Write this word in plain Latin letters.' };
        }
        const edits = editsAt(index, block.start, [...plainMarks(text)].filter(pays));
        const [first, last] = [edits[0], edits.at(-1)];
        if (first === undefined || last === undefined) continue;
        const message = 'Write plain apostrophes, dashes and dots here.';
        yield { passage: index, start: first.start, end: last.end, edits, message };
      }
    }
  },
};

/** Pictures in front of the words of a heading. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

const EMOJI =
  /^#{1,6}[ \t]+((?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier})*[ \t]*)+)(?=\p{L})/u;
/** They say good, bad, careful, or which of several colours. */
const MEANT = /[✅❌❎⚠⛔🚫✔✖☑🟢🔴🟡🟠🔵🟣🟤🟥🟧🟨🟩🟦🟪🟫⬛⬜🥇🥈🥉⚪⚫👍👎⭐©®™ℹ]/u;

export const headingEmoji: Rule = {
  id: 'heading-emoji',
  title: 'Emoji in headings',
  what: 'Leaves out an emoji in front of the words of a heading. It costs one to several tokens, and the words say what it shows. Signs such as a check mark or a warning stay. Try it on your own cases first: answers may imitate the headings.',
  risk: 'review',
  keeps: 'all',
  examples: [{ before: '## 🎯 Goal\n\nFind the fault.', after: '## Goal\n\nFind the fault.' }],
  leaves: [
    '## ✅ Good\n\nFind the fault.',
    '## 🟣 Level three\n\nFind the fault.',
    '## Goal 🎯\n\nFind the fault.',
    '## 🎯\n\nFind the fault.',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn({ text, blocks }: Passage): Generator<Found> {
  for (const { kind, start, end } of blocks) {
    if (kind !== 'heading') continue;
    const found = EMOJI.exec(text.slice(start, Math.min(end, start + 60)));
    const [whole, emoji] = found ?? [];
    if (whole === undefined || emoji === undefined || MEANT.test(emoji)) continue;
    const until = start + whole.length;
    yield change(
      until - emoji.length,
      until,
      '',
      'Try the heading without the emoji: its words say the same.',
    );
  }
}

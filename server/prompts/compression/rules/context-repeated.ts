/** A piece of context that is there twice is paid for twice. */
import type { Finding, Rule } from '../rule.ts';
import { type ContextPiece, contextPieces } from './layout/context-pieces.ts';

/** Shorter pieces are as likely alike by chance, in UTF-16 units without white space around them. */
const SHORTEST = 20;

const block = (text: string, name = '') =>
  `<context${name === '' ? '' : ` name="${name}"`}>\n${text}\n</context>\n`;
const NOTES = 'The cache keeps an answer for a week and forgets the oldest first.';

export const contextRepeated: Rule = {
  id: 'context-repeated',
  title: 'Context that is there twice',
  what: 'Leaves out a marked piece of context that an earlier one has word for word. The model reads it once.',
  risk: 'low',
  keeps: 'once',
  examples: [
    {
      before: `${block(NOTES)}${block(NOTES)}How long is an answer kept?`,
      after: `${block(NOTES)}How long is an answer kept?`,
    },
    { before: `${block(NOTES, 'a.md')}${block(NOTES, 'b.md')}How long is an answer kept?`, after: null },
  ],
  leaves: [
    `${block(NOTES)}${block('The cache keeps an answer for a day and forgets the oldest first.')}How long?`,
    `${block('{{notes}}')}${block('{{notes}}')}How long?`,
  ],
  *find(prompt): Generator<Finding> {
    const first = new Map<string, ContextPiece>();
    for (const piece of contextPieces(prompt)) {
      const key = piece.text.trim().replace(/\s+/g, ' ');
      if (key.length < SHORTEST || piece.isFilled) continue;
      const earlier = first.get(key);
      if (earlier === undefined) {
        first.set(key, piece);
        continue;
      }
      const isOwn = prompt.passages[piece.passage]?.includedFrom === null;
      // A name that stands nowhere else would be lost.
      const mayGo = isOwn && (piece.name === '' || piece.name === earlier.name);
      yield {
        passage: piece.passage,
        start: piece.start,
        end: mayGo ? piece.end : piece.openingEnd,
        edits: mayGo ? [{ passage: piece.passage, start: piece.start, end: piece.end, replacement: '' }] : [],
        message: `Leave this context out: ${earlier.name === '' ? 'an earlier piece' : `“${earlier.name}”`} says the same word for word.`,
      };
    }
  },
};

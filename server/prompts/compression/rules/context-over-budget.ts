/** More marked context than the setting `farthing.context.tokens` lets a call have. */
import { formatTokens, tokenWords } from '../../../../protocol/receipt.ts';
import { defaultSettings } from '../../../../protocol/settings.ts';
import type { Finding, Rule } from '../rule.ts';
import { contextPieces } from './layout/context-pieces.ts';

const block = (text: string) => `<context name="log.txt">\n${text}\n</context>\n`;

export const contextOverBudget: Rule = {
  id: 'context-over-budget',
  title: 'More context than is sent',
  what: 'Points at marked context that has more tokens than farthing.context.tokens. What is least relevant of it is left out at each run, which is better chosen once by its author.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before: `${block('The door opened and closed at noon. '.repeat(3200))}When did the door open?`,
      after: null,
    },
  ],
  leaves: [`${block('The door opened and closed at noon. '.repeat(20))}When did the door open?`],
  *find(prompt): Generator<Finding> {
    const pieces = contextPieces(prompt).filter(({ isFilled }) => !isFilled);
    const [first] = pieces;
    if (first === undefined) return;
    const limit = prompt.contextTokens ?? defaultSettings().contextTokens;
    const bytes = pieces.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    // A token is a byte at least.
    if (limit === 0 || bytes <= limit) return;
    const counts = pieces.map(({ text }) => prompt.tokens(text));
    const tokens = counts.reduce((sum, count) => sum + count, 0);
    if (tokens <= limit) return;
    const largest = pieces[counts.indexOf(Math.max(...counts))] ?? first;
    yield {
      passage: largest.passage,
      start: largest.start,
      end: largest.openingEnd,
      edits: [],
      message: `Mark less context, or raise farthing.context.tokens (${formatTokens(limit)}): all together it has ${tokenWords(tokens)}; this is the longest piece.`,
    };
  },
};

/** A piece of context that has nothing to do with what is asked. Told by words, as `fitContext` does it. */
import { createRelevanceIndex } from '../../../fitting/relevance.ts';
import { termsOf, writeTerms } from '../../../fitting/terms.ts';
import type { Finding, Rule } from '../rule.ts';
import { contextPieces, questionOf } from './layout/context-pieces.ts';

/** Of fewer pieces nothing can be said of one against the others. */
const FEWEST_PIECES = 3;
/** A short piece costs little, and has few words to be known by; in UTF-16 units. */
const SHORTEST = 400;
/** Of a question of fewer words that say something, too much hangs on the choice of one. */
const FEWEST_WORDS = 3;
/** Words that say nothing of what a question is about; English, as in others nothing is left out then. */
const SAYS_NOTHING =
  /\b(?:a|an|and|are|as|at|be|been|but|by|can|could|did|do|does|for|from|had|has|have|how|i|if|in|into|is|it|its|me|my|no|not|of|on|or|our|please|should|so|than|that|the|their|them|then|there|these|they|this|those|to|use|using|was|we|were|what|when|where|which|who|why|will|with|would|you|your|all|any|context|document|documents|file|files|given|answer|question|based)\b/gi;

const block = (name: string, text: string) => `<context name="${name}">\n${text}\n</context>\n`;
const GARDEN = 'Tomatoes want sun, tulips want frost, and roses are cut in March. '.repeat(8).trim();
const CACHE = 'The cache evicts entries when the disk quota is reached, oldest entries first.';
const STORE = 'Entries of the store carry an expiry; an expired entry is evicted by the cache.';
const QUESTION = 'Which entries does the cache evict, and when do they expire?';

export const contextIrrelevant: Rule = {
  id: 'context-irrelevant',
  title: 'Context that is not asked about',
  what: 'Points at a marked piece of context that shares no word of weight with the question. It costs as much as the others.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before: `${block('cache.md', CACHE)}${block('garden.md', GARDEN)}${block('store.md', STORE)}\n${QUESTION}`,
      after: null,
    },
  ],
  leaves: [
    `${block('cache.md', CACHE)}${block('garden.md', GARDEN)}\n${QUESTION}`,
    `${block('cache.md', CACHE)}${block('garden.md', GARDEN)}${block('store.md', STORE)}\n{{question}}`,
    `${block('cache.md', CACHE)}${block('garden.md', GARDEN)}${block('store.md', STORE)}\nSummarise all of it.`,
  ],
  *find(prompt): Generator<Finding> {
    const pieces = contextPieces(prompt).filter(({ isFilled }) => !isFilled);
    if (pieces.length < FEWEST_PIECES) return;
    const question = questionOf(prompt);
    const asked = termsOf((question ?? '').replace(SAYS_NOTHING, ' '));
    if (new Set(asked.hashes.subarray(0, asked.length)).size < FEWEST_WORDS) return;
    const index = createRelevanceIndex(asked);
    const terms = new Uint32Array(
      pieces.reduce((most, { name, text }) => Math.max(most, name.length + 1 + text.length), 0),
    );
    for (const { name, text } of pieces) {
      const named = `${name}\n${text}`;
      index.add(terms, writeTerms(named, 0, named.length, terms));
    }
    const scores = index.scores();
    // Where two pieces at least have much to do with the question, its words are those of the context.
    const [best = 0, second = 0] = [...scores].sort((one, other) => other - one);
    if (second === 0 || second < best / 4) return;
    for (const [number, piece] of pieces.entries()) {
      if ((scores[number] ?? 0) > 0 || piece.text.trim().length < SHORTEST) continue;
      yield {
        passage: piece.passage,
        start: piece.start,
        end: piece.openingEnd,
        edits: [],
        message: `Leave this context out if it does not help with the answer: it shares no word of weight with the question.`,
      };
    }
  },
};

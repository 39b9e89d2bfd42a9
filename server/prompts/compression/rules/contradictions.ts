/** Instructions that cannot both be followed. Only pointed out: which one is meant is the author's to say. */
import type { Passage } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';
import { type Directive, directiveOf, opposes } from './wording/directives.ts';
import { englishPassages, proseSentences } from './wording/prose.ts';

interface Stated {
  readonly directive: Directive;
  readonly passage: Passage;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export const contradictions: Rule = {
  id: 'contradictions',
  title: 'Contradicting instructions',
  what: 'Points at instructions that cannot both be followed, such as two word limits or two languages. The model follows one of them, and the tokens of the other are lost.',
  risk: 'review',
  keeps: 'all',
  examples: [
    { before: 'Be concise. List the risks. Answer in great detail.', after: null },
    { before: 'Write at least 500 words about the sea. Keep the answer under 100 words.', after: null },
    { before: 'Answer in French. List the risks. Reply in English.', after: null },
    {
      before: 'Never mention the price of the car. List the risks. Always mention the price of the car.',
      after: null,
    },
  ],
  leaves: [
    'Be concise. Describe the plan in detail.',
    'Write a title under 10 words and a text of at least 200 words.',
    'If the user writes French, answer in French. Otherwise answer in English.',
  ],
  *find(prompt): Generator<Finding> {
    if ([...englishPassages(prompt)].length === 0) return;
    const stated = new Map<string, Stated[]>();
    for (const { passage, index, sentence, words } of proseSentences(prompt)) {
      if (passage.role === 'assistant') continue;
      const directive = directiveOf(passage.text.slice(sentence.start, sentence.end), words);
      if (directive === null) continue;
      const earlier = stated.get(directive.topic) ?? [];
      const against = earlier.find((other) => opposes(other.directive, directive));
      if (against === undefined) {
        stated.set(
          directive.topic,
          [...earlier, { directive, passage, index, start: sentence.start, end: sentence.end }].slice(0, 20),
        );
        continue;
      }
      const line = against.passage.text.slice(0, against.start).split('\n').length;
      const where = against.index === index ? `line ${line} of this message` : `message ${against.index + 1}`;
      yield {
        passage: index,
        start: sentence.start,
        end: sentence.end,
        edits: [],
        message: `Decide for one: this contradicts the instruction in ${where}.`,
      };
    }
  },
};

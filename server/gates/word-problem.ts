import type { Gate } from './gate.ts';
import { questionOf } from './question.ts';
import {
  MOST_CHARACTERS,
  numbersIn,
  suspicion,
  type WordProblemFeatures,
  wordProblemFeatures,
} from './word-problem-features.ts';

/** Above it four of five solutions of GSM8K are wrong or more, whichever model wrote them. */
const MOST_SUSPICION = 3;

/** A solution of a problem told in words that shows several signs of having gone astray. */
export const wordProblem: Gate = {
  name: 'word problem',
  weight: 0.3,
  check: (answer, call) => {
    const question = questionOf(call);
    if (call.kind !== 'answer' || !isWordProblem(question) || answer.text.length > MOST_CHARACTERS)
      return null;
    const features = wordProblemFeatures(question, answer.text);
    if (features.noSteps === 1 || suspicion(features) <= MOST_SUSPICION) return null;
    return { gate: 'word problem', why: `Its way to the result is doubtful: ${signs(features).join(', ')}.` };
  },
};

const isWordProblem = (question: string): boolean =>
  question.length < 2000 &&
  !question.includes('```') &&
  numbersIn(question).length >= 2 &&
  /\bhow (?:many|much|old|far|long|tall|fast)\b|\bwhat (?:is|was|will be|percentage|fraction)\b[^?]{0,80}\b(?:total|cost|price|average|number|amount|sum|percent\w*|profit|age)\b/i.test(
    question,
  );

function signs(features: WordProblemFeatures): readonly string[] {
  const words: Partial<Record<keyof WordProblemFeatures, string>> = {
    noAnswer: 'it states no final answer',
    wrongSteps: 'a step is reckoned wrong',
    negative: 'a step gives less than nothing',
    foreign: 'it uses numbers that come from nowhere',
    unused: 'it leaves given numbers unused',
    mismatch: 'its answer is not its last result',
    unusedResults: 'it reckons what it does not use',
    repeated: 'it repeats itself',
    fractionOfThings: 'it counts things in fractions',
    negativeAnswer: 'its answer is negative',
    tooLarge: 'its answer is out of proportion',
  };
  const found = Object.entries(words).filter(([name]) => features[name as keyof WordProblemFeatures] > 0.5);
  return found.length === 0 ? ['it takes very many steps'] : found.slice(0, 3).map(([, sign]) => sign);
}

/** Problems told in words, such as those of GSM8K (Cobbe et al., 2021): signs that a solution went astray. */
import { findEquations } from './equations.ts';
import { evaluate, readNumber } from './expression.ts';

/** What a solution shows of itself; each 0 or more. Counts are capped, so that one long answer does not rule. */
export interface WordProblemFeatures {
  /** No final answer is stated. */
  readonly noAnswer: number;
  /** Steps whose result is wrong, in the annotations of GSM8K and in the text. */
  readonly wrongSteps: number;
  readonly wrongEquations: number;
  /** Steps that are no arithmetic. */
  readonly unreadable: number;
  readonly negative: number;
  readonly fractional: number;
  /** Numbers that come neither from the question nor from a step before. */
  readonly foreign: number;
  readonly steps: number;
  readonly noSteps: number;
  /** Share of the question's numbers that are not used. */
  readonly unused: number;
  /** The final answer is not the result of the last step. */
  readonly mismatch: number;
  /** Results that no later step uses. */
  readonly unusedResults: number;
  readonly repeated: number;
  readonly length: number;
  readonly questionLength: number;
  readonly questionNumbers: number;
  readonly stepsPerNumber: number;
  readonly fractionOfThings: number;
  readonly negativeAnswer: number;
  readonly zero: number;
  /** The final answer is a number of the question. */
  readonly answerInQuestion: number;
  readonly tooLarge: number;
  readonly manyQuestions: number;
  readonly shares: number;
  readonly comparisons: number;
}

/** So much is read of a question and of a solution. */
export const MOST_CHARACTERS = 20_000;
const MOST_STEPS = 100;
const MOST_NUMBERS = 200;

const STEP = /<<([^=<>]{0,200})=([^<>]{0,60})>>/g;
const FINAL =
  /(?:^|\s)(?:A:|####)\s*(.{0,80})$|\\boxed\{([^}]{0,40})\}|\banswer\s*(?:is|:)\W{0,6}(.{0,60})$/i;

/** Words that stand for numbers, and numbers that everybody knows. */
const WORDS: Readonly<Record<string, number>> = {
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 },
  ...{ twelve: 12, dozen: 12, half: 0.5, twice: 2, double: 2, triple: 3, third: 3, quarter: 4 },
  ...{ week: 7, year: 12, hour: 60, hundred: 100 },
};
const KNOWN = [1, 2, 100, 60, 24, 7, 12, 52, 365, 10];

/** Numbers without a sign. */
export const numbersIn = (text: string): number[] =>
  (text.replace(/(\d),(?=\d{3})/g, '$1').match(/\d+(?:\.\d+)?/g) ?? []).slice(0, MOST_NUMBERS).map(Number);

const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(0.011, Math.abs(b) * 1e-3);
const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) <= 1e-6;
const flag = (is: boolean): number => (is ? 1 : 0);

/** One step of a solution: what was reckoned, what that is, and what was written. */
interface Step {
  readonly terms: string;
  readonly value: number | null;
  readonly result: number;
}

/** Steps as GSM8K annotates them, or else the equations of the text. */
function stepsOf(text: string, equations: readonly Step[]): readonly Step[] {
  const annotated = [...text.matchAll(STEP)].slice(0, MOST_STEPS).map(([, terms = '', result = '']) => ({
    terms,
    value: evaluate(terms),
    result: Number(result.replace(/[,$]/g, '')),
  }));
  return annotated.length > 0 ? annotated : equations;
}

/** The number that a solution ends with; null where it states none. */
function finalNumber(lines: readonly string[]): number | null {
  const found = FINAL.exec(lines.at(-1) ?? '');
  const stated = found === null ? null : (found[1] ?? found[2] ?? found[3] ?? '');
  const number = stated === null ? null : /-?\d[\d,]*(?:\.\d+)?/.exec(stated)?.[0];
  if (number === null || number === undefined) return null;
  const size = readNumber(number.replace(/^-|,+$/g, ''));
  return size === null ? null : number.startsWith('-') ? -size : size;
}

/** What a solution shows of itself. Bounded work: it reads so much of both and no more. */
export function wordProblemFeatures(question: string, solution: string): WordProblemFeatures {
  const asked = question.slice(0, MOST_CHARACTERS);
  const text = solution.slice(0, MOST_CHARACTERS).trim();
  const lower = asked.toLowerCase();
  const inQuestion = numbersIn(asked);
  const given = [
    ...inQuestion,
    ...Object.entries(WORDS).flatMap(([word, value]) => (lower.includes(word) ? [value] : [])),
  ];
  const lines = text.split('\n', 1000);
  const final = finalNumber(lines);
  const equations = findEquations(text.replace(/<<[^<>\n]{0,200}>>/g, '')).slice(0, MOST_STEPS);
  const steps = stepsOf(text, equations);
  const results = steps.map(({ result }) => result);
  const last = results.at(-1);
  const used = numbersIn(text);
  const sum = (count: (step: Step, index: number) => number): number =>
    steps.reduce((total, step, index) => total + count(step, index), 0);
  return {
    noAnswer: flag(final === null),
    wrongSteps: Math.min(
      3,
      sum(({ value, result }) => flag(value !== null && !near(value, result))),
    ),
    wrongEquations: Math.min(3, equations.filter(({ holds }) => !holds).length),
    unreadable: Math.min(
      3,
      sum(({ value }) => flag(value === null)),
    ),
    negative: flag(steps.some(({ value }) => value !== null && value < 0)),
    fractional: flag(steps.some(({ value }) => value !== null && !isWhole(value))),
    foreign: Math.min(
      4,
      sum(({ terms }, index) => foreignNumbers(terms, given, results.slice(0, index))),
    ),
    steps: Math.min(steps.length, 12) / 4,
    noSteps: flag(steps.length === 0),
    unused:
      given.length === 0
        ? 0
        : given.filter((one) => !used.some((other) => near(one, other))).length / given.length,
    mismatch: flag(last !== undefined && final !== null && !near(last, final)),
    unusedResults: Math.min(
      3,
      sum(({ result }, index) => flag(isNeverUsed(result, index, steps))),
    ),
    repeated: Math.min(3, lines.length - new Set(lines.map((line) => line.trim())).size),
    length: Math.log(1 + text.length) - 5,
    questionLength: Math.log(1 + asked.length) - 5,
    questionNumbers: Math.min(given.length, 12) / 5,
    stepsPerNumber: steps.length / (given.length + 1),
    fractionOfThings: flag(/how many/i.test(asked) && final !== null && !isWhole(final)),
    negativeAnswer: flag(final !== null && final < 0),
    zero: flag(final === 0),
    answerInQuestion: flag(final !== null && inQuestion.some((one) => near(one, final))),
    tooLarge: flag(final !== null && given.length > 0 && final > 1000 * Math.max(...given)),
    manyQuestions: flag((asked.match(/\?/g)?.length ?? 0) > 1),
    shares: flag(/percent|%|fraction|half|third|quarter|ratio|times/.test(lower)),
    comparisons: (lower.match(/more|less|than|remaining|left|rest|each|every|per\b|total/g)?.length ?? 0) / 4,
  };
}

/** Numbers of a step that are neither given, nor a share of what is given, nor a result. */
function foreignNumbers(terms: string, given: readonly number[], results: readonly number[]): number {
  const isFamiliar = (one: number): boolean =>
    [...given, ...KNOWN].some((known) =>
      [known, known / 100, 1 - known / 100, 1 + known / 100, 100 - known].some((form) => near(form, one)),
    ) || results.some((result) => near(result, one));
  return numbersIn(terms).filter((one) => !isFamiliar(one)).length;
}

const isNeverUsed = (result: number, index: number, steps: readonly Step[]): boolean =>
  index < steps.length - 1 &&
  !steps.slice(index + 1).some(({ terms }) => numbersIn(terms).some((one) => near(one, result)));

/** How much speaks against a solution, by hand-made weights: 0 for nothing. It orders solutions, no more. */
export function suspicion(features: WordProblemFeatures): number {
  const weights: Partial<Record<keyof WordProblemFeatures, number>> = {
    ...{ noAnswer: 3, wrongSteps: 1.2, wrongEquations: 0.8, unreadable: 0.5, negative: 1, foreign: 0.7 },
    ...{ noSteps: 1, unused: 1.2, mismatch: 0.8, unusedResults: 0.35, repeated: 0.8, zero: 1, tooLarge: 1 },
    ...{ fractionOfThings: 1, negativeAnswer: 1.5, answerInQuestion: 0.6 },
    // Harder problems fail more often.
    ...{ steps: 0.35, questionLength: 0.3, questionNumbers: 0.2 },
  };
  return Object.entries(weights).reduce(
    (total, [name, weight]) => total + weight * features[name as keyof WordProblemFeatures],
    0,
  );
}

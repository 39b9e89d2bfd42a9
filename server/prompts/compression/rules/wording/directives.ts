/** Reads the few kinds of instructions that can contradict each other. */
import type { Word } from './words.ts';

/** `topic` says which instructions are about the same; `low` and `high` bound a length in words. */
export type Directive =
  | { readonly topic: 'detail'; readonly wants: 'brief' | 'detailed' }
  | { readonly topic: 'language'; readonly wants: string }
  | { readonly topic: 'format'; readonly wants: string }
  | { readonly topic: 'length'; readonly low: number; readonly high: number }
  | { readonly topic: `habit: ${string}`; readonly wants: 'always' | 'never' };

/** All of these are of a whole answer: they open with a verb, and nothing else is asked in the sentence. */
const ANSWER = '(?:(?:your|the|all) )?(?:answers?|responses?|repl(?:y|ies)|output)';
const BRIEF = new RegExp(
  `^(?:be (?:very )?(?:brief|concise|succinct|short)|keep ${ANSWER} (?:very )?(?:brief|concise|succinct|short)|(?:answer|respond|reply) (?:briefly|concisely))(?: and to the point)?[.!]?$`,
  'i',
);
const DETAILED =
  /^(?:be (?:very )?(?:detailed|comprehensive|thorough|verbose|exhaustive)|(?:answer|respond|reply) (?:in (?:great |full |as much )?detail|at length|thoroughly)(?: as possible)?|give (?:long|detailed|comprehensive) (?:answers|responses|replies)|provide (?:long|detailed|comprehensive) (?:answers|responses|replies))[.!]?$/i;
const LANGUAGE =
  /^(?:(?:please |always |only )*)(?:answer|respond|reply|write)(?: (?:only|always|everything|all answers))? in (english|french|german|spanish|italian|portuguese|dutch|russian|chinese|japanese|korean|turkish|arabic|hindi|polish|swedish)(?: only)?[.!]?$/i;
const FORMAT =
  /^(?:(?:please |always |only )*)(?:answer|respond|reply|return|output)(?: (?:only|always|everything))?(?: (?:in|with|as))? (?:valid |raw )?(json|xml|yaml|csv|markdown|html|plain text)(?: only| format)?[.!]?$/i;
const AT_MOST = new RegExp(
  `^keep ${ANSWER} (?:under|below|within|to) (\\d[\\d,]*) words[.!]?$|^(?:answer|respond|reply) in (?:at most|under|less than|fewer than|no more than) (\\d[\\d,]*) words[.!]?$`,
  'i',
);
const AT_LEAST =
  /^(?:write|answer|respond|reply)(?: with| in)? (?:at least|more than|over|no fewer than|a minimum of) (\d[\d,]*) words(?: (?:about|on|of) [\w ]{1,60})?[.!]?$/i;

const numberOf = (written: string): number => Number(written.replaceAll(',', ''));

/** What a sentence demands; null for what is not among the few kinds, or is said with a condition. */
export function directiveOf(sentence: string, words: readonly Word[]): Directive | null {
  const [first] = words;
  if (first === undefined || words.length > 14) return null;
  if (
    (first.lower === 'always' || first.lower === 'never') &&
    words.length >= 4 &&
    !/\b(?:unless|if|when|except|but|without|while)\b/i.test(sentence)
  )
    return {
      topic: `habit: ${words
        .slice(1)
        .map(({ lower }) => lower)
        .join(' ')}`,
      wants: first.lower,
    };
  if (BRIEF.test(sentence)) return { topic: 'detail', wants: 'brief' };
  if (DETAILED.test(sentence)) return { topic: 'detail', wants: 'detailed' };
  const language = LANGUAGE.exec(sentence)?.[1];
  if (language !== undefined) return { topic: 'language', wants: language.toLowerCase() };
  const format = FORMAT.exec(sentence)?.[1];
  if (format !== undefined) return { topic: 'format', wants: format.toLowerCase() };
  const most = AT_MOST.exec(sentence);
  if (most !== null) return { topic: 'length', low: 0, high: numberOf(most[1] ?? most[2] ?? '0') };
  const least = AT_LEAST.exec(sentence)?.[1];
  return least === undefined
    ? null
    : { topic: 'length', low: numberOf(least), high: Number.POSITIVE_INFINITY };
}

/** Whether two directives of one topic cannot both be followed. */
export function opposes(one: Directive, other: Directive): boolean {
  if (one.topic === 'length' && other.topic === 'length') return one.low > other.high || other.low > one.high;
  return 'wants' in one && 'wants' in other && one.wants !== other.wants;
}

/** What an answer must be, as a prompt's front matter says it under `farthing.expect`. */
import { isObject } from '../../protocol/read-value.ts';
import type { Expectation } from '../pipeline/stage.ts';

/** Longer patterns are programs. */
const MOST_PATTERN_CHARACTERS = 1000;

/** An expectation that was read. */
export interface ExpectationReading {
  /** Null where nothing of it can be used. */
  readonly expect: Expectation | null;
  /** What is not used of it and why, in sentences. */
  readonly faults: readonly string[];
}

/**
 * Reads `{ matches, fields, minLength, maxLength }`; null for what is no set of them. What is wrong in it is left out,
 * with a sentence for its author.
 */
export function readExpectation(value: unknown): ExpectationReading | null {
  if (!isObject(value)) return null;
  const faults: string[] = [];
  const read = <Value>(key: string, expected: string, parse: (value: unknown) => Value | null) => {
    const own = value[key];
    if (own === undefined || own === null) return null;
    const parsed = parse(own);
    if (parsed === null) faults.push(`"farthing.expect.${key}" is not ${expected}, so it is not used.`);
    return parsed;
  };
  const expect: Expectation = {
    matches: read(
      'matches',
      'a regular expression that is quick on every answer (valid, without a repetition inside a repetition)',
      pattern,
    ),
    fields: read('fields', 'a text or a list of texts', fields) ?? [],
    minLength: read('minLength', 'a whole number of characters from 1', wholeFromOne),
    maxLength: read('maxLength', 'a whole number of characters from 1', wholeFromOne),
  };
  const known = Object.keys(expect);
  for (const key of Object.keys(value))
    if (!known.includes(key))
      faults.push(`Unknown key "farthing.expect.${key}": there are ${known.join(', ')}.`);
  const { minLength, maxLength } = expect;
  if (minLength !== null && maxLength !== null && minLength > maxLength) {
    faults.push(
      '"farthing.expect.minLength" is above maxLength, so no answer has either; both are not used.',
    );
    return { expect: nullIfEmpty({ ...expect, minLength: null, maxLength: null }), faults };
  }
  return { expect: nullIfEmpty(expect), faults };
}

const nullIfEmpty = (expect: Expectation): Expectation | null =>
  Object.values(expect).every((one) => one === null || (Array.isArray(one) && one.length === 0))
    ? null
    : expect;

function pattern(value: unknown): RegExp | null {
  if (typeof value !== 'string' || value === '' || value.length > MOST_PATTERN_CHARACTERS) return null;
  if (repeatsRepetition(value)) return null;
  for (const flags of ['u', ''])
    try {
      return new RegExp(value, flags);
    } catch {
      // The stricter way of writing is tried first; what is valid in neither is no pattern.
    }
  return null;
}

/** True for a repetition without end inside of another, such as (a+)+, which can take exponential time. */
function repeatsRepetition(source: string): boolean {
  // For each open group, whether something in it repeats without end.
  const groups: boolean[] = [false];
  const bare = source.replace(/\\[\s\S]/g, '_').replace(/\[[^\]]*\]/g, '_');
  for (let at = 0; at < bare.length; at += 1) {
    const character = bare.charAt(at);
    if (character === '(') groups.push(false);
    const inner = character === ')' ? (groups.pop() ?? false) : false;
    const repeats = character !== '(' && /^(?:[*+]|\{\d+,\})/.test(bare.slice(at + 1, at + 12));
    if (inner && repeats) return true;
    if (groups.length === 0) groups.push(false);
    if (inner || repeats) groups[groups.length - 1] = true;
  }
  return false;
}

function fields(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',')
      : [];
  const names = list.map((one) => (typeof one === 'string' ? one.trim() : ''));
  return names.length > 0 && names.every((name) => name !== '') ? [...new Set(names)] : null;
}

const wholeFromOne = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;

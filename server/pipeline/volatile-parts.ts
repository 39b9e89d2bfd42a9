/** Parts of a prompt that are another in each call, such as the time: what stands behind them is never read from a provider's cache. */
import type { Message } from '../../protocol/messages.ts';
import { hashText } from './hash.ts';

/** A part that may be another in each call. */
export interface VolatilePart {
  readonly kind: 'time' | 'identifier';
  /** What it says; stays in memory. */
  readonly value: string;
  /** Index of its message. */
  readonly message: number;
  /** Line of the message, from 1. */
  readonly line: number;
  /** Characters of the prompt before it, and those behind it that are probably the same each time. */
  readonly before: number;
  readonly behind: number;
  /** Of what follows it in its message: tells whether that is the same in another call. */
  readonly following: string;
}

/** How far from the front a prompt is searched, in characters: a part further on leaves more in front of it than it spoils. */
const SEARCHED = 16_384;
/** A time as near to now as this was put in for the call, in milliseconds; any other is part of the text. */
const NOW_MS = 600_000;
/** Fewer characters behind a part are no prefix that a provider keeps, in whatever script. */
const FEWEST_BEHIND = 1024;

/** A date with a time (ISO 8601), a UUID (RFC 9562), a long number in hexadecimal, or seconds or milliseconds since 1970. */
const CANDIDATE =
  /-*\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,128}|1[5-9]\d{8}(?:\d{3})?)(?![0-9a-z])/iy;

/** Each begins with at least so many hexadecimal digits and hyphens in a row. */
const SHORTEST_RUN = 10;

/**
 * The parts that may be volatile, in their order: times of now (`now` in epoch milliseconds), and identifiers, of which
 * only the next call can tell whether they change. A prompt with nothing of any length behind them has none.
 */
export function volatileParts(messages: readonly Message[], now: number): readonly VolatilePart[] {
  const lengths = messages.map(({ content }) => content.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total < FEWEST_BEHIND) return [];
  // The last message is what is asked this time; it counts only where the part is in it.
  const untilLast = total - (lengths.at(-1) ?? 0);
  const parts: VolatilePart[] = [];
  let start = 0;
  for (const [message, { content }] of messages.entries()) {
    if (start >= SEARCHED) break;
    const end = Math.max(untilLast, start + content.length);
    for (const { value, index } of candidates(content, SEARCHED - start)) {
      const kind = kindOf(value, now);
      const before = start + index;
      const behind = end - before - value.length;
      if (behind < FEWEST_BEHIND) break;
      if (kind === null) continue;
      const after = index + value.length;
      const following = hashText(content.slice(after, after + FEWEST_BEHIND));
      parts.push({ kind, value, message, line: lineAt(content, index), before, behind, following });
    }
    start += content.length;
  }
  return parts;
}

/**
 * The candidates in the first `length` characters. Looks at every tenth character only, since a run that is long enough
 * has one of them (the idea is that of Boyer and Moore, 1977): prompts are long, and this is done for each call.
 */
function* candidates(
  text: string,
  length: number,
): Generator<{ readonly value: string; readonly index: number }> {
  const end = Math.min(text.length, length);
  for (let at = SHORTEST_RUN - 1; at < end; ) {
    if (!isOfRun(text.charCodeAt(at))) {
      at += SHORTEST_RUN;
      continue;
    }
    let first = at;
    while (first > 0 && isOfRun(text.charCodeAt(first - 1))) first -= 1;
    let after = at + 1;
    while (after < end && isOfRun(text.charCodeAt(after))) after += 1;
    at = after + SHORTEST_RUN;
    if (after - first < SHORTEST_RUN) continue;
    CANDIDATE.lastIndex = first;
    const [whole = '', value = ''] = CANDIDATE.exec(text) ?? [];
    if (value !== '') yield { value, index: first + whole.length - value.length };
  }
}

/** A hexadecimal digit or a hyphen. */
const isOfRun = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 45;

function kindOf(value: string, now: number): VolatilePart['kind'] | null {
  const time = /^\d{10}(\d{3})?$/.test(value)
    ? Number(value) * (value.length === 10 ? 1000 : 1)
    : /^\d{4}-\d\d-\d\d[T ]/.test(value)
      ? Date.parse(value.replace(' ', 'T'))
      : null;
  if (time === null) return 'identifier';
  return Math.abs(time - now) <= NOW_MS ? 'time' : null;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

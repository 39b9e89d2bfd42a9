/** Parts of a prompt that are another in each call, such as the time: what stands behind them is never read from a provider's cache. */
import type { Message } from '../../protocol/messages.ts';
import { volatileValues } from '../prompts/volatile-values.ts';
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
    for (const { value, index } of volatileValues(content, SEARCHED - start)) {
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

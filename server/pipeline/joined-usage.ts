/** What an answer used that came in several requests, of which each went on where the one before was cut. */
import { NO_USAGE, type Usage } from '../../protocol/receipt.ts';
import type { Attempt, ReplyEvent } from './stage.ts';

/**
 * The usage of the same answer in one request: its input is that of the first, since the others only repeat it, and its
 * output that of all. None at all for no attempts.
 */
export function joinUsages(attempts: readonly Attempt[]): Usage {
  const [first = NO_USAGE, ...others] = attempts.map(({ usage }) => usage);
  const all = [first, ...others];
  const sum = (kind: 'outputTokens' | 'reasoningTokens') =>
    all.reduce((tokens, one) => tokens + one[kind], 0);
  return {
    ...first,
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
    // The least certain decides how all of it is marked.
    source: all.find(({ source }) => source !== 'provider')?.source ?? first.source,
    approximate: all.some(({ approximate }) => approximate),
  };
}

/** The attempts that an answer consists of: the last one, and those that were continued. */
export interface AnswerAttempts {
  add(event: ReplyEvent): void;
  /** In the order in which they were sent; empty before the first attempt. */
  list(): readonly Attempt[];
}

/** Picks the attempts of an answer out of the events of its reply. */
export function createAnswerAttempts(): AnswerAttempts {
  const continued: Attempt[] = [];
  let last: Attempt | null = null;
  return {
    add(event) {
      if (event.type === 'attempt') last = event.attempt;
      else if (event.type === 'continued' && last !== null) continued.push(last);
    },
    list: () => [...continued, ...(last === null || continued.at(-1) === last ? [] : [last])],
  };
}

/** Work that hostile input could make endless, such as a regular expression that somebody else wrote. */
import { createContext, Script } from 'node:vm';

/** Marks work that took too long. */
export const TOO_LONG = Symbol('too long');

/** Far more than any honest pattern needs; the daemon does nothing else for this time. */
const MOST_MILLISECONDS = 300;

/**
 * The result of `work`, or TOO_LONG when it was stopped. Whatever it throws is thrown. V8 ends a regular expression
 * within a script that has a timeout; nothing else stops one.
 */
export function withinTime<Result>(
  work: () => Result,
  milliseconds = MOST_MILLISECONDS,
): Result | typeof TOO_LONG {
  try {
    return new Script('work()').runInContext(createContext({ work }), {
      timeout: milliseconds,
    }) as Result;
  } catch (error) {
    // The error is of the other context, so it is no instance of this one's Error.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return TOO_LONG;
    throw error;
  }
}

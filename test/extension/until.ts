/** The one way the suites wait: look again until it is there, with a deadline. */
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 15;

/** What `look` gives as soon as it is neither undefined, null nor false. Throws after ten seconds and says what. */
export async function until<Value>(
  what: string,
  look: () => Value | Promise<Value>,
): Promise<Exclude<Value, undefined | null | false>> {
  const limit = performance.now() + LIMIT_MILLISECONDS;
  while (performance.now() < limit) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false)
      return value as Exclude<Value, undefined | null | false>;
    await delay(PAUSE_MILLISECONDS);
  }
  throw new Error(`Waited ${LIMIT_MILLISECONDS / 1000} s in vain for ${what}.`);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './pipeline/ports.ts';

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

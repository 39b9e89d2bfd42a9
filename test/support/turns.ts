/** Waiting for what is only a few turns of the event loop away, without a timer. */
import assert from 'node:assert/strict';

/** Lets everything that is ready run until the condition holds; fails after a thousand turns. */
export async function turnsUntil(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    assert.ok(turn < 1000, 'the condition never came to hold');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

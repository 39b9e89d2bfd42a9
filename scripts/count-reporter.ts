/** A reporter for `node --test` that writes nothing but the counts of the whole run, as JSON for suites.ts. */
import type { TestEvent } from 'node:test/reporters';

/** Yields `{ passed, failed }` at the end. Skipped and to-do tests are neither; a cancelled one has failed. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    // A summary of one file names it; the one without a name is of all.
    if (type !== 'test:summary' || data.file !== undefined) continue;
    const { tests, passed, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: tests - passed - skipped - todo });
  }
}

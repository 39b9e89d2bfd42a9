/** That every store of the exact cache takes out what a filter means and nothing else, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ReplyFilter, ReplyOrigin } from '../../server/pipeline/ports.ts';
import { type ReplyStoreUnderTest, replyOf } from './reply-store.ts';

const NOON = Date.UTC(2026, 10, 1, 12);

const text = fc.constantFrom('a', 'b');
const known = fc.option(text, { nil: null });

const origins: fc.Arbitrary<ReplyOrigin> = fc.record({
  workspace: known,
  feature: text,
  job: known,
  provider: text,
  model: text,
  servedModel: known,
  promptHash: known,
  systemHash: known,
});

const filters: fc.Arbitrary<ReplyFilter> = fc.record(
  {
    workspace: known,
    feature: text,
    job: text,
    provider: text,
    model: text,
    systemHash: text,
    promptHashOtherThan: text,
    servedModelOtherThan: text,
  },
  { requiredKeys: [] },
);

/** Whether one field of a filter holds, in words of its own. */
const HOLDS: {
  readonly [Field in keyof Required<ReplyFilter>]: (
    origin: ReplyOrigin,
    wanted: Required<ReplyFilter>[Field],
  ) => boolean;
} = {
  workspace: (origin, wanted) => origin.workspace === wanted,
  feature: (origin, wanted) => origin.feature === wanted,
  job: (origin, wanted) => origin.job === wanted,
  provider: (origin, wanted) => origin.provider === wanted,
  model: (origin, wanted) => origin.model === wanted,
  systemHash: (origin, wanted) => origin.systemHash === wanted,
  promptHashOtherThan: ({ promptHash }, wanted) => promptHash !== null && promptHash !== wanted,
  servedModelOtherThan: ({ servedModel }, wanted) => servedModel !== null && servedModel !== wanted,
};

const isMeant = (origin: ReplyOrigin, filter: ReplyFilter): boolean =>
  (Object.keys(filter) as (keyof ReplyFilter)[]).every((field) =>
    (HOLDS[field] as (origin: ReplyOrigin, wanted: unknown) => boolean)(origin, filter[field]),
  );

/** Runs the suite; `make` gives an empty store every time. */
export function replyInvalidationContract(name: string, make: () => Promise<ReplyStoreUnderTest>): void {
  describe(`A filter of the reply store ${name}`, () => {
    test('takes out what a dry run counted, all that it means, and nothing else', async () => {
      const { store, close } = await make();
      const property = fc.property(fc.array(origins, { maxLength: 30 }), filters, (stored, filter) => {
        store.invalidate({});
        for (const [index, origin] of stored.entries())
          store.put(`key ${index}`, replyOf(`Answer ${index}`), origin, NOON);
        const before = store.count({});
        const counted = store.count(filter);
        assert.deepEqual(store.invalidate(filter), counted);
        assert.deepEqual(store.count(filter), { entries: 0, bytes: 0 });
        assert.deepEqual(store.count({}), {
          entries: before.entries - counted.entries,
          bytes: before.bytes - counted.bytes,
        });
        assert.deepEqual(
          stored.map((_, index) => store.peek(`key ${index}`, NOON, 1) !== null),
          stored.map((origin) => !isMeant(origin, filter)),
        );
      });
      fc.assert(property, { numRuns: 100 });
      close();
    });
  });
}

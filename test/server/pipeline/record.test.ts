import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { farthingError } from '../../../protocol/errors.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import type { Call, Reply, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { record } from '../../../server/pipeline/stages/record.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, fakePrices, makeCall, testClock } from '../../support/pipeline-fakes.ts';
import { attempt } from '../../support/scripted-provider.ts';

/** Records what is given, and the error that it ends with. */
async function recorded(
  events: readonly ReplyEvent[],
  error: Error | null = null,
  overrides: Partial<Call> = {},
) {
  const ledger = createMemoryLedger();
  const stage = record({ clock: testClock(), ledger, history: ledger, prices: fakePrices() });
  const reply = async function* (): Reply {
    yield* events;
    if (error !== null) throw error;
  };
  const all = await collect(stage.run(makeCall(overrides), reply));
  const [line, ...more] = ledger.lines();
  assert.ok(line?.receipt != null && more.length === 0, 'one line, and it is closed');
  assert.deepEqual(all.events.at(-1), { type: 'receipt', receipt: line.receipt });
  assert.equal(all.error, error);
  return { receipt: line.receipt as Receipt, attempts: line.attempts };
}

const text: ReplyEvent = { type: 'text', text: 'hello' };
const end: ReplyEvent = { type: 'end', reason: 'stop' };
const reused = (from: 'cache' | 'flight'): ReplyEvent => {
  const event = attempt('answered', 3, 2, 0);
  assert.equal(event.type, 'attempt');
  return { type: 'reused', from, usage: event.attempt.usage };
};
const down = farthingError('providerDown', { provider: 'Test', status: 503 });

for (const [what, events, error, outcome] of [
  ['answered', [text, attempt('answered', 3, 2, 23), end], null, 'answered'],
  ['cached', [text, reused('cache'), end], null, 'cached'],
  ['coalesced', [text, reused('flight'), end], null, 'coalesced'],
  ['refused by a budget', [], farthingError('notCached', {}), 'refused'],
  [
    'refused after something was sent',
    [attempt('failed', 3, 0, 3)],
    farthingError('notCached', {}),
    'failed',
  ],
  ['failed', [attempt('failed', 3, 0, 3)], down, 'failed'],
  ['cancelled', [text, attempt('aborted', 3, 1, 13)], farthingError('cancelled', {}), 'aborted'],
] as const)
  test(`a call that is ${what} is noted as ${outcome}`, async () => {
    assert.equal((await recorded(events, error)).receipt.outcome, outcome);
  });

test('of an answer that was withdrawn the time to its first text does not count', async () => {
  const clock = testClock();
  const ledger = createMemoryLedger();
  const stage = record({ clock, ledger, history: ledger, prices: fakePrices() });
  const reply = async function* (): Reply {
    clock.advance(10);
    yield text;
    clock.advance(90);
    yield { type: 'withdrawn', why: 'Bad.' };
    clock.advance(50);
    yield text;
    yield attempt('answered', 3, 2, 23);
    yield end;
  };
  await collect(stage.run(makeCall(), reply));
  assert.equal(ledger.lines()[0]?.receipt?.firstTextMs, 150);
});

test('what was paid for requests that gave no answer is waste, and the answer is not', async () => {
  const legs = [attempt('failed', 3, 0, 3), attempt('failed', 3, 1, 13), attempt('answered', 3, 2, 23)];
  const { receipt } = await recorded([...legs, text, end]);
  assert.deepEqual([receipt.cost.nano, receipt.wasteNano], [39, 16]);
});

test('what a call paid for a request that failed is waste, also where it then shared the answer of another', async () => {
  const { receipt } = await recorded([attempt('failed', 3, 1, 13), text, reused('flight'), end]);
  assert.equal(receipt.outcome, 'coalesced');
  assert.deepEqual([receipt.cost.nano, receipt.wasteNano, receipt.savedNano], [13, 13, 23 - 13]);
});

test('all that a cancelled or failed call cost is waste', async () => {
  const legs = [attempt('failed', 3, 0, 3), attempt('aborted', 3, 1, 13)];
  const { receipt } = await recorded([...legs], farthingError('cancelled', {}));
  assert.deepEqual([receipt.cost.nano, receipt.wasteNano, receipt.savedNano], [16, 16, 0]);
});

test('a price that is not known makes cost, waste and savings unknown, and no sum that it is not in', async () => {
  const wasted = await recorded([attempt('failed', 3, 0, null), attempt('answered', 3, 2, 23), end]);
  assert.deepEqual(
    [wasted.receipt.cost.nano, wasted.receipt.wasteNano, wasted.receipt.savedNano],
    [null, null, null],
  );
  const answered = await recorded([attempt('failed', 3, 0, 3), attempt('answered', 3, 2, null), end]);
  assert.deepEqual([answered.receipt.cost.nano, answered.receipt.wasteNano], [null, 3]);
});

test('a call that went straight to the baseline saved nothing, and one that was sent twice cost more', async () => {
  const once = await recorded([attempt('answered', 3, 2, 23), end]);
  assert.equal(once.receipt.savedNano, 0);
  const twice = await recorded([attempt('failed', 3, 0, 3), attempt('answered', 3, 2, 23), end]);
  assert.equal(twice.receipt.savedNano, -3);
});

test('an answer saved what it would have cost at the baseline, by the tokens that it used', async () => {
  const model = { id: 'frontier', contextTokens: null, encoding: null };
  const { provider } = makeCall();
  const { receipt } = await recorded([attempt('answered', 3, 2, 4), end], null, {
    baseline: { provider, model },
  });
  assert.deepEqual(receipt.baseline, { provider: 'Test', model: 'frontier', nano: 23 });
  assert.equal(receipt.savedNano, 19);
});

test('an answered call has the estimate that its user was shown', async () => {
  const { receipt } = await recorded([attempt('answered', 3, 2, 23), end], null, { estimatedNano: 17 });
  assert.equal(receipt.estimatedNano, 17);
});

test('where nobody was shown one, it is the true input at the full price and the assumed output', async () => {
  const sent = attempt('answered', 3, 2, 23);
  const { receipt } = await recorded([attempt('failed', 0, 0, 0), sent, end], null, {
    sampling: { maxTokens: 5 },
  });
  assert.equal(receipt.estimatedNano, 3 + 5 * 10);
});

test('a call that got no answer of its own has no estimate, whatever was shown', async () => {
  const shown = { estimatedNano: 17 };
  const failed = await recorded([attempt('failed', 3, 0, 3)], down, shown);
  const shared = await recorded([text, reused('flight'), end], null, shown);
  assert.deepEqual([failed.receipt.estimatedNano, shared.receipt.estimatedNano], [null, null]);
});

test('a ledger that cannot be read costs the estimate and not the answer', async () => {
  const history = {
    pastOutputTokens: () => {
      throw new Error('the disk is gone');
    },
  };
  const stage = record({ clock: testClock(), ledger: createMemoryLedger(), history, prices: fakePrices() });
  const job = 'file:///a.prompt.md';
  const call = makeCall({ attribution: { ...makeCall().attribution, job } });
  const { events, error } = await collect(
    stage.run(call, async function* () {
      yield attempt('answered', 3, 2, 23);
      yield end;
    }),
  );
  const last = events.at(-1);
  assert.equal(error, null);
  assert.equal(last?.type === 'receipt' && last.receipt.estimatedNano, null);
});

const anyLeg = fc.record({
  outcome: fc.constantFrom('answered', 'failed', 'aborted'),
  input: fc.nat(1_000_000),
  output: fc.nat(100_000),
  nano: fc.option(fc.nat(10_000_000_000), { freq: 8 }),
});
const anyError = fc.constantFrom(
  null,
  down,
  farthingError('cancelled', {}),
  farthingError('noKey', { provider: 'Test', environment: null }),
);

test('whatever happens, a call costs the sum of its attempts, waste is a part of it, and tokens add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLeg, { maxLength: 6 }), anyError, async (legs, error) => {
      const events = legs.map(({ outcome, input, output, nano }) =>
        attempt(outcome as 'answered', input, output, nano),
      );
      const { receipt, attempts } = await recorded([...events, ...(error === null ? [end] : [])], error);
      assert.equal(attempts.length, legs.length);
      const unknown = legs.some(({ nano }) => nano === null);
      const sum = legs.reduce((total, { nano }) => total + (nano ?? 0), 0);
      assert.equal(receipt.cost.nano, unknown ? null : sum);
      assert.equal(
        receipt.usage.inputTokens,
        legs.reduce((total, { input }) => total + input, 0),
      );
      assert.equal(
        receipt.usage.outputTokens,
        legs.reduce((total, { output }) => total + output, 0),
      );
      if (receipt.cost.nano !== null && receipt.wasteNano !== null) {
        assert.ok(receipt.wasteNano >= 0 && receipt.wasteNano <= receipt.cost.nano);
        const answer = legs.findLast(({ outcome }) => outcome === 'answered');
        const used = error === null ? (answer?.nano ?? 0) : 0;
        assert.equal(receipt.cost.nano - receipt.wasteNano, used);
      }
      if (
        receipt.baseline !== null &&
        receipt.baseline.nano !== null &&
        receipt.cost.nano !== null &&
        legs.length > 1
      )
        assert.equal(receipt.savedNano, receipt.baseline.nano - receipt.cost.nano);
    }),
  );
});

test('a call without an answer is noted under the model that was asked last, one that was not sent under its own', async () => {
  const asked = attempt('failed', 3, 0, 3);
  assert.equal(asked.type, 'attempt');
  const cheaper = { ...asked, attempt: { ...asked.attempt, provider: 'Spare', model: 'small' } };
  const { receipt } = await recorded([asked, cheaper], down);
  assert.deepEqual([receipt.provider, receipt.model], ['Spare', 'small']);
  const unsent = await recorded([], farthingError('notCached', {}));
  assert.deepEqual([unsent.receipt.provider, unsent.receipt.model], ['Test', 'test-model']);
});

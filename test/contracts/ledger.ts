/** What every ledger does, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NO_USAGE, type Receipt } from '../../protocol/receipt.ts';
import type { Ledger, LedgerReader, OpenedCall } from '../../server/pipeline/ports.ts';
import type { Attempt } from '../../server/pipeline/stage.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../support/ledger-fixtures.ts';
import { assertKept, assertSums, endedCalls } from './ledger-sums.ts';

/** A ledger under test and how to be rid of it. */
export interface LedgerUnderTest {
  readonly ledger: Ledger & LedgerReader;
  close(): void;
}

/** Runs the suite; `make` gives an empty ledger every time. */
export function ledgerContract(name: string, make: () => Promise<LedgerUnderTest>): void {
  const check = (sentence: string, body: (ledger: Ledger & LedgerReader) => void) =>
    test(sentence, async () => {
      const { ledger, close } = await make();
      try {
        body(ledger);
      } finally {
        close();
      }
    });

  describe(`The ledger ${name}`, () => {
    check('is empty at first, and then knows no hit rate', (ledger) => {
      const nothing = {
        calls: 0,
        spend: 0,
        knownSpend: 0,
        unknownPriceCalls: 0,
        saved: 0,
        knownSaved: 0,
        unknownSavedCalls: 0,
        waste: 0,
        knownWaste: 0,
        cacheHits: 0,
        coalesced: 0,
        hitRate: null,
        inputTokens: 0,
        cachedInputTokens: 0,
        outputTokens: 0,
      };
      assert.deepEqual(ledger.totals(0), { real: nothing, simulated: nothing });
      assert.deepEqual(ledger.spendByModel(0), []);
      assert.deepEqual(ledger.recent(50), []);
      assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5-mini', false, 5), []);
    });

    check('shows a call under way, which has no cost yet and no unknown price', (ledger) => {
      ledger.open(openedCall('a'));
      const [line] = ledger.recent(1);
      assert.equal(line?.outcome, 'running');
      assert.deepEqual(
        [line?.costNano, line?.savedNano, line?.wasteNano, line?.totalMs],
        [null, null, null, null],
      );
      const { real } = ledger.totals(0);
      assert.deepEqual([real.calls, real.spend, real.unknownPriceCalls, real.saved], [1, 0, 0, 0]);
      assert.equal(real.hitRate, null);
      assert.deepEqual(ledger.spendByModel(0), [
        { provider: 'OpenAI', model: 'gpt-5-mini', simulated: false, calls: 1, spend: 0, knownSpend: 0 },
      ]);
    });

    check('completes the line of a call, and writes one that was never opened whole', (ledger) => {
      const attribution = {
        feature: 'explain selection',
        user: 'ada',
        job: 'file:///home/ada/100%25%20true/my%20prompt.prompt.md',
        workspace: 'engine',
        branch: 'main',
        tags: ['billing', 'é "quoted"'],
      };
      const expected = (callId: string) => ({
        callId,
        startedAt: 1_000,
        feature: 'explain selection',
        prompt: 'my prompt.prompt.md',
        workspace: 'engine',
        provider: 'OpenAI',
        model: 'gpt-5',
        simulated: false,
        outcome: 'failed',
        inputTokens: 100,
        cachedInputTokens: 60,
        outputTokens: 7,
        approximate: true,
        counted: true,
        costNano: 30,
        savedNano: 5,
        wasteNano: 10,
        cacheEntry: 'entry',
        totalMs: 42.5,
        errorMessage: 'The answer broke off.',
      });
      for (const callId of ['opened', 'new']) {
        const call = openedCall(callId, { attribution });
        if (callId === 'opened') ledger.open(call);
        const attempts = [attemptOf(10, { outcome: 'failed', errorCode: 'network' }), attemptOf(20)];
        const usage = usageOf(100, 7, { cachedInputTokens: 60, source: 'counted', approximate: true });
        const error = { code: 'cutStream', message: 'The answer broke off.' } as const;
        const decisions = [{ stage: 'retry', action: 'retried', why: 'The network failed.', savedNano: 5 }];
        const baseline = { provider: 'OpenAI', model: 'gpt-5', nano: 35 };
        const more = {
          outcome: 'failed',
          model: 'gpt-5',
          usage,
          baseline,
          savedNano: 5,
          wasteNano: 10,
          estimatedNano: 24,
          cacheEntry: 'entry',
          error,
          decisions,
        } as const;
        ledger.close(call, receiptOf(call, attempts, more), attempts);
        assert.deepEqual(ledger.recent(1), [expected(callId)]);
        const { user, branch, tags } = attribution;
        assert.deepEqual(ledger.call(callId), {
          line: expected(callId),
          user,
          branch,
          tags,
          baseline,
          estimate: { nano: 24, calls: 0, medianError: null },
          attempts,
          decisions,
        });
      }
      assert.equal(ledger.totals(0).real.calls, 2);
    });

    check('holds estimates against what calls cost, the simulated by themselves', (ledger) => {
      const close = (callId: string, nano: number | null, estimatedNano: number | null, more = {}) => {
        const call = openedCall(callId);
        const attempts = [attemptOf(nano)];
        ledger.close(call, receiptOf(call, attempts, { estimatedNano, ...more }), attempts);
      };
      close('old', 100, null);
      assert.equal(ledger.call('old')?.estimate, null);
      close('free', 0, 7);
      assert.deepEqual(ledger.call('free')?.estimate, { nano: 7, calls: 0, medianError: null });
      close('a', 100, 90);
      close('b', 100, 150);
      close('unknown', null, 50);
      close('failed', 100, 900, { outcome: 'failed' });
      close('simulated', 100, 900, { simulated: true });
      assert.deepEqual(ledger.call('a')?.estimate, { nano: 90, calls: 2, medianError: 0.3 });
      for (let turn = 0; turn < 50; turn++) close(`later-${turn}`, 100, 100);
      assert.deepEqual(ledger.call('a')?.estimate, { nano: 90, calls: 50, medianError: 0 });
    });

    check('knows nothing of a call that it never saw, and of one under way what it began with', (ledger) => {
      assert.equal(ledger.call('nobody'), null);
      ledger.open(openedCall('a'));
      const details = ledger.call('a');
      assert.deepEqual([details?.line.outcome, details?.user, details?.attempts], ['running', 'ada', []]);
      assert.equal(details?.baseline, null);
    });

    check('counts shared answers among the hits, and apart from them', (ledger) => {
      closed(ledger, openedCall('a'), [attemptOf(10)]);
      closed(ledger, openedCall('b'), [], { outcome: 'coalesced', savedNano: 10 });
      closed(ledger, openedCall('c'), [], { outcome: 'cached', savedNano: 10 });
      closed(ledger, openedCall('d'), [attemptOf(10)]);
      const { real } = ledger.totals(0);
      assert.deepEqual([real.cacheHits, real.coalesced, real.hitRate], [1, 1, 0.5]);
    });

    check(
      'adds up what was paid for nothing, and does not know it where a part of it is unknown',
      (ledger) => {
        closed(ledger, openedCall('a'), [attemptOf(10), attemptOf(20)], { wasteNano: 10 });
        closed(ledger, openedCall('b'), [attemptOf(5)], { outcome: 'failed', wasteNano: 5 });
        assert.equal(ledger.totals(0).real.waste, 15);
        closed(ledger, openedCall('c'), [attemptOf(null), attemptOf(5)], { wasteNano: null });
        assert.equal(ledger.totals(0).real.waste, null);
      },
    );

    check('changes nothing when a call is closed, or opened, once more', (ledger) => {
      const call = openedCall('a');
      const attempts = [attemptOf(10)];
      ledger.close(call, receiptOf(call, attempts), attempts);
      const before = [ledger.totals(0), ledger.recent(50), ledger.call('a')];
      ledger.close(call, receiptOf(call, attempts), attempts);
      ledger.close(call, receiptOf(call, [attemptOf(99)], { outcome: 'failed' }), [attemptOf(99)]);
      ledger.open(call);
      assert.deepEqual([ledger.totals(0), ledger.recent(50), ledger.call('a')], before);
    });

    for (const [what, nano, costs] of [
      ['differs from its attempts', 11, [10]],
      ['is there without an attempt', 1, []],
      ['is known though an attempt is not', 10, [10, null]],
      ['is unknown though its attempts are', null, [10]],
    ] as const)
      check(`refuses a cost that ${what}, and keeps the line as it was`, (ledger) => {
        const call = openedCall('a');
        ledger.open(call);
        const attempts = costs.map((cost) => attemptOf(cost));
        const receipt = receiptOf(call, attempts, { cost: { nano, priceVersion: 'test@1' } });
        assert.throws(() => ledger.close(call, receipt, attempts), /sum of its attempts/);
        assert.equal(ledger.recent(1)[0]?.outcome, 'running');
      });

    check('never takes an unknown price for zero', (ledger) => {
      closed(ledger, openedCall('known'), [attemptOf(10)]);
      closed(ledger, openedCall('unknown'), [attemptOf(5), attemptOf(null)]);
      const { real } = ledger.totals(0);
      assert.deepEqual(
        [real.spend, real.knownSpend, real.unknownPriceCalls, real.saved],
        [null, 10, 1, null],
      );
      const [spend] = ledger.spendByModel(0);
      assert.deepEqual([spend?.spend, spend?.knownSpend, spend?.calls], [null, 10, 2]);
    });

    check('counts the share of answers that came from the cache, and failures in neither', (ledger) => {
      closed(ledger, openedCall('a'), [attemptOf(10)]);
      closed(ledger, openedCall('b'), [], { outcome: 'cached', savedNano: 10 });
      closed(ledger, openedCall('c'), [], { outcome: 'cached', savedNano: 10 });
      closed(ledger, openedCall('d'), [], { outcome: 'cached', savedNano: 10 });
      closed(ledger, openedCall('e'), [], { outcome: 'refused' });
      closed(ledger, openedCall('f'), [attemptOf(0)], { outcome: 'failed' });
      const { real } = ledger.totals(0);
      assert.deepEqual([real.calls, real.cacheHits, real.hitRate, real.saved], [6, 3, 0.75, 30]);
    });

    check('never adds the simulator to real money', (ledger) => {
      closed(ledger, openedCall('a'), [attemptOf(10)]);
      closed(ledger, openedCall('b', { simulated: true }), [attemptOf(null)]);
      const { real, simulated } = ledger.totals(0);
      assert.deepEqual([real.calls, real.spend], [1, 10]);
      assert.deepEqual([simulated.calls, simulated.spend], [1, null]);
      assert.deepEqual(
        ledger.spendByModel(0).map((spend) => [spend.simulated, spend.spend]),
        [
          [false, 10],
          [true, null],
        ],
      );
    });

    check('sums what began at or after a moment', (ledger) => {
      for (const [index, startedAt] of [999, 1000, 1001].entries())
        closed(ledger, openedCall(`call ${index}`, { startedAt }), [attemptOf(10 ** index)]);
      assert.equal(ledger.totals(1000).real.spend, 110);
      assert.deepEqual(
        ledger.spendByModel(1001).map(({ spend }) => spend),
        [100],
      );
    });

    check('lists spend by model, the dearest first', (ledger) => {
      closed(ledger, openedCall('a', { model: 'small' }), [attemptOf(10)]);
      closed(ledger, openedCall('b', { model: 'large' }), [attemptOf(30)]);
      closed(ledger, openedCall('c', { provider: 'Ollama', model: 'large' }), [attemptOf(10)]);
      closed(ledger, openedCall('d', { model: 'small' }), [attemptOf(15)]);
      assert.deepEqual(
        ledger.spendByModel(0).map(({ provider, model, spend }) => [provider, model, spend]),
        [
          ['OpenAI', 'large', 30],
          ['OpenAI', 'small', 25],
          ['Ollama', 'large', 10],
        ],
      );
    });

    check('lists the last calls in the order they began, even when the clock was set back', (ledger) => {
      ledger.open(openedCall('first', { startedAt: 5_000 }));
      ledger.open(openedCall('second', { startedAt: 1_000 }));
      ledger.open(openedCall('third', { startedAt: 3_000 }));
      closed(ledger, openedCall('first', { startedAt: 5_000 }), [attemptOf(1)]);
      assert.deepEqual(
        ledger.recent(2).map(({ callId }) => callId),
        ['third', 'second'],
      );
    });

    check('finds calls by the beginning of their ids, however old they are', (ledger) => {
      ledger.open(openedCall('abc-1', { startedAt: 1 }));
      for (let index = 0; index < 60; index++) ledger.open(openedCall(`call ${index}`));
      ledger.open(openedCall('abd-%', { startedAt: 2 }));
      assert.deepEqual(ledger.find('abc'), { calls: 1, callId: 'abc-1' });
      assert.deepEqual(ledger.find('abc-1'), { calls: 1, callId: 'abc-1' });
      assert.deepEqual(ledger.find('ab'), { calls: 2, callId: 'abc-1' });
      assert.equal(ledger.find('call ').calls, 60);
      for (const none of ['abe', 'a%', 'ABC', '_bc', 'abc-11'])
        assert.deepEqual(ledger.find(none), { calls: 0, callId: null });
    });

    check('lists 50 calls at most', (ledger) => {
      for (let index = 0; index < 60; index++) ledger.open(openedCall(`call ${index}`));
      assert.equal(ledger.recent(1_000).length, 50);
      assert.equal(ledger.recent(0).length, 0);
      assert.equal(ledger.recent(-1).length, 0);
    });

    check("tells the output of a job's last answered runs with a model, newest first", (ledger) => {
      const run = (callId: string, job: string, output: number, more: Partial<Receipt> = {}) => {
        const attribution = {
          feature: 'prompt file',
          user: 'ada',
          job,
          workspace: null,
          branch: null,
          tags: [],
        };
        closed(
          ledger,
          openedCall(callId, { attribution }),
          [attemptOf(1, { usage: usageOf(9, output) })],
          more,
        );
      };
      run('1', 'file:///a', 10);
      run('2', 'file:///a', 20);
      run('3', 'file:///b', 99);
      run('4', 'file:///a', 98, { outcome: 'aborted' });
      run('5', 'file:///a', 97, { model: 'gpt-5' });
      run('6', 'file:///a', 30);
      closed(ledger, openedCall('7'), [], { outcome: 'cached', usage: NO_USAGE });
      assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5-mini', false, 5), [30, 20, 10]);
      assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5-mini', false, 2), [30, 20]);
      assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5-mini', true, 5), []);
      assert.deepEqual(ledger.pastInputTokens('file:///a', 'gpt-5-mini', false, 2), [9, 9]);
      assert.deepEqual(ledger.pastInputTokens('file:///c', 'gpt-5-mini', false, 2), []);
    });

    check(
      "tells when a job's last answered runs with a model of a provider began, newest first",
      (ledger) => {
        const run = (
          callId: string,
          startedAt: number,
          call: Partial<ReturnType<typeof openedCall>> = {},
          more: Partial<Receipt> = {},
        ) => {
          const { attribution } = openedCall('any');
          const opened = openedCall(callId, {
            attribution: { ...attribution, job: 'a' },
            startedAt,
            ...call,
          });
          const { provider, model } = opened;
          closed(ledger, opened, [attemptOf(1, { provider, model })], more);
        };
        run('1', 100);
        run('2', 200);
        run('3', 300);
        run('4', 400, { provider: 'Azure' });
        run('5', 500, { model: 'gpt-5' });
        run('6', 600, { simulated: true });
        run('7', 700, {}, { outcome: 'failed' });
        run('8', 800, {}, { outcome: 'cached' });
        run('9', 900, { attribution: openedCall('other').attribution });
        const target = { job: 'a', provider: 'OpenAI', model: 'gpt-5-mini', simulated: false };
        assert.deepEqual(ledger.pastStarts(target, 0, 10), [300, 200, 100]);
        assert.deepEqual(ledger.pastStarts(target, 200, 10), [300, 200]);
        assert.deepEqual(ledger.pastStarts(target, 0, 1), [300]);
        assert.deepEqual(ledger.pastStarts({ ...target, simulated: true }, 0, 10), [600]);
        assert.deepEqual(ledger.pastStarts(target, 0, -1), []);
      },
    );

    test('has a total that is the sum of all attempts, exactly', async () => {
      const { ledger, close } = await make();
      // Amounts around a thousand dollars: floats of dollars would have drifted.
      const costs = fc.array(fc.array(fc.integer({ min: 0, max: 1e12 }), { maxLength: 4 }), {
        maxLength: 20,
      });
      let calls = 0;
      let sum = 0n;
      fc.assert(
        fc.property(costs, (batch) => {
          for (const attempts of batch) {
            calls += 1;
            sum += attempts.reduce((total, nano) => total + BigInt(nano), 0n);
            closed(
              ledger,
              openedCall(`call ${calls}`),
              attempts.map((nano) => attemptOf(nano)),
            );
          }
          assert.equal(BigInt(ledger.totals(0).real.spend ?? -1), sum);
        }),
        { numRuns: 20 },
      );
      close();
    });

    test('gives back of any calls what was closed, in sums that agree with each other', async () => {
      await fc.assert(
        fc.asyncProperty(endedCalls, async (calls) => {
          const { ledger, close } = await make();
          try {
            for (const { call, receipt, attempts, isOpened } of calls) {
              if (isOpened) ledger.open(call);
              ledger.close(call, receipt, attempts);
            }
            for (const ended of calls) assertKept(ledger, ended);
            assertSums(ledger, calls);
          } finally {
            close();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

function closed(
  ledger: Ledger,
  call: OpenedCall,
  attempts: readonly Attempt[],
  more: Partial<Receipt> = {},
): void {
  ledger.close(call, receiptOf(call, attempts, more), attempts);
}

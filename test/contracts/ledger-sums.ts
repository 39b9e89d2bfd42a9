/** Calls of every kind, and what must hold between all that a ledger says of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CallLine, Totals } from '../../protocol/messages.ts';
import { addMoney, type NanoDollars } from '../../protocol/money.ts';
import type { Receipt, Usage } from '../../protocol/receipt.ts';
import type { LedgerReader, OpenedCall } from '../../server/pipeline/ports.ts';
import type { Attempt } from '../../server/pipeline/stage.ts';
import { attemptOf, openedCall, receiptOf } from '../support/ledger-fixtures.ts';

/** A call with its end; `isOpened` says whether its line was begun before. */
export interface EndedCall {
  readonly call: OpenedCall;
  readonly receipt: Receipt;
  readonly attempts: readonly Attempt[];
  readonly isOpened: boolean;
}

/** A record as an object literal makes it, since what a ledger gives back is compared with it strictly. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

/** Up to a thousand dollars: floats of dollars would drift. */
const money = fc.integer({ min: 0, max: 1e12 });
const orUnknown = fc.option(money, { freq: 6 });
const tokens = fc.nat({ max: 2_000_000 });
const milliseconds = fc.integer({ min: 0, max: 600_000 });
const model = fc.constantFrom('gpt-5', 'gpt-5-mini', 'llama');
const provider = fc.constantFrom('OpenAI', 'Ollama');
const text = fc.string({ unit: 'grapheme', maxLength: 12 });

const usage: fc.Arbitrary<Usage> = plain({
  inputTokens: tokens,
  cachedInputTokens: tokens,
  cacheWriteTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
  source: fc.constantFrom('provider', 'counted', 'assumed'),
  approximate: fc.boolean(),
});

const attempt = plain({
  nano: orUnknown,
  provider,
  model,
  servedModel: fc.option(text),
  outcome: fc.constantFrom('answered', 'failed', 'aborted'),
  usage,
  firstTextMs: fc.option(milliseconds),
  totalMs: milliseconds,
  errorCode: fc.constantFrom(null, 'network', 'cutStream'),
}).map(({ nano, ...more }) => attemptOf(nano, more));

const decision = fc.record(
  { stage: text, action: text, why: text, savedTokens: tokens, savedNano: money },
  { requiredKeys: ['stage', 'action', 'why'], noNullPrototype: true },
);

const attribution = plain({
  feature: text,
  user: text,
  job: fc.option(text),
  workspace: fc.option(text),
  branch: fc.option(text),
  tags: fc.array(text, { maxLength: 3 }),
});

const ended = plain({
  attribution,
  attempts: fc.array(attempt, { maxLength: 4 }),
  isOpened: fc.boolean(),
  startedAt: fc.nat({ max: 1_000 }),
  asked: plain({ provider, model, simulated: fc.boolean() }),
  answered: plain({ provider, model }),
  ending: plain({
    outcome: fc.constantFrom<Receipt['outcome']>(
      'answered',
      'cached',
      'coalesced',
      'refused',
      'failed',
      'aborted',
    ),
    usage,
    baseline: fc.option(plain({ provider, model, nano: orUnknown })),
    savedNano: fc.option(fc.integer({ min: -1e12, max: 1e12 }), { freq: 6 }),
    wasteNano: orUnknown,
    estimatedNano: orUnknown,
    cacheEntry: fc.option(text),
    totalMs: milliseconds,
    decisions: fc.array(decision, { maxLength: 3 }),
    error: fc.option(plain({ code: fc.constant('cutStream' as const), message: text })),
  }),
});

/** Calls that ended, by any of the ways that there are. */
export const endedCalls: fc.Arbitrary<readonly EndedCall[]> = fc
  .array(ended, { maxLength: 12 })
  .map((calls) =>
    calls.map(({ attribution, attempts, isOpened, startedAt, asked, answered, ending }, index) => {
      const call = openedCall(`call ${index}`, { startedAt, attribution, ...asked });
      return { call, attempts, isOpened, receipt: receiptOf(call, attempts, { ...answered, ...ending }) };
    }),
  );

/** The ledger gives back of a call what it was closed with. */
export function assertKept(ledger: LedgerReader, { call, receipt, attempts }: EndedCall): void {
  const details = ledger.call(call.callId);
  assert.ok(details !== null);
  const { line, estimate, ...others } = details;
  const { user, branch, tags, feature, workspace } = call.attribution;
  const { baseline, decisions } = receipt;
  assert.deepEqual(others, { user, branch, tags, baseline, attempts, decisions });
  assert.equal(estimate?.nano ?? null, receipt.estimatedNano);
  const { prompt: _, ...fields } = line;
  assert.deepEqual(fields, {
    callId: call.callId,
    startedAt: call.startedAt,
    feature,
    workspace,
    provider: receipt.provider,
    model: receipt.model,
    simulated: receipt.simulated,
    outcome: receipt.outcome,
    inputTokens: receipt.usage.inputTokens,
    cachedInputTokens: receipt.usage.cachedInputTokens,
    outputTokens: receipt.usage.outputTokens,
    approximate: receipt.usage.approximate,
    counted: receipt.usage.source === 'counted',
    costNano: total(attempts.map(({ cost }) => cost.nano)),
    savedNano: receipt.savedNano,
    wasteNano: receipt.wasteNano,
    cacheEntry: receipt.cacheEntry,
    totalMs: receipt.totalMs,
    errorMessage: receipt.error?.message ?? null,
  });
}

/** Totals are the sums of the lines, and spend by model adds up to them, whatever moment they begin at. */
export function assertSums(ledger: LedgerReader, calls: readonly EndedCall[]): void {
  const lines = ledger.recent(50);
  assert.equal(lines.length, calls.length);
  for (const since of [0, 500]) {
    const totals = ledger.totals(since);
    const byModel = ledger.spendByModel(since);
    for (const [sums, simulated] of [
      [totals.real, false],
      [totals.simulated, true],
    ] as const) {
      const own = lines.filter((line) => line.simulated === simulated && line.startedAt >= since);
      assert.deepEqual(sums, totalsOf(own));
      const models = byModel.filter((spend) => spend.simulated === simulated);
      assert.equal(total(models.map(({ spend }) => spend)), sums.spend);
      assert.equal(total(models.map(({ knownSpend }) => knownSpend)), sums.knownSpend);
      assert.equal(total(models.map(({ calls }) => calls)), sums.calls);
      for (const { provider, model, spend } of models)
        assert.equal(
          total(own.filter((line) => line.provider === provider && line.model === model).map(costOf)),
          spend,
        );
    }
  }
}

function totalsOf(lines: readonly CallLine[]): Totals {
  const costs = lines.map(costOf);
  const known = costs.filter((nano) => nano !== null);
  const count = (outcome: CallLine['outcome']) => lines.filter((line) => line.outcome === outcome).length;
  const hits = count('cached') + count('coalesced');
  const answers = hits + count('answered');
  return {
    calls: lines.length,
    spend: total(costs),
    knownSpend: total(known) ?? 0,
    unknownPriceCalls: costs.length - known.length,
    saved: total(lines.map(({ savedNano }) => savedNano)),
    knownSaved: total(lines.map(({ savedNano }) => savedNano ?? 0)) ?? 0,
    unknownSavedCalls: lines.filter(({ savedNano }) => savedNano === null).length,
    waste: total(lines.map(({ wasteNano }) => wasteNano)),
    knownWaste: total(lines.map(({ wasteNano }) => wasteNano ?? 0)) ?? 0,
    cacheHits: count('cached'),
    coalesced: count('coalesced'),
    hitRate: answers === 0 ? null : hits / answers,
    inputTokens: lines.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    cachedInputTokens: lines.reduce((sum, { cachedInputTokens }) => sum + cachedInputTokens, 0),
    outputTokens: lines.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  };
}

const costOf = ({ costNano }: CallLine): NanoDollars | null => costNano;

const total = (amounts: readonly (NanoDollars | null)[]): NanoDollars | null =>
  amounts.reduce<NanoDollars | null>(addMoney, 0);

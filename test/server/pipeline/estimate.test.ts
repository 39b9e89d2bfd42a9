import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../../server/calls/engine.ts';
import { type PipelineDependencies, stages } from '../../../server/pipeline/pipeline.ts';
import type { Budgets, PriceBook } from '../../../server/pipeline/ports.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { LADDER, makeAutoCall, pricesOf } from '../../support/ladders.ts';
import { attemptOf, usageOf } from '../../support/ledger-fixtures.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import {
  collect,
  fakeDependencies,
  fakeKeys,
  fakePrices,
  makeCachePolicy,
  makeCall,
  openBudgets,
} from '../../support/pipeline-fakes.ts';
import { answer, type ScriptedReply, scriptedProvider } from '../../support/scripted-provider.ts';

const setUp = (...replies: readonly ScriptedReply[]) => setUpWith({}, ...replies);

function setUpWith(overrides: Partial<PipelineDependencies>, ...replies: readonly ScriptedReply[]) {
  const ledger = createMemoryLedger();
  const provider = scriptedProvider(...replies);
  const engine = createEngine({
    ...fakeDependencies({ ledger, ...overrides }),
    ledgerReader: ledger,
    provider: () => provider.next,
  });
  return { engine, ledger, provider, run: engine.runner(fakeKeys()) };
}

const prompt = makeCall({
  attribution: {
    feature: 'prompt file',
    user: '',
    job: 'file:///a.prompt.md',
    workspace: null,
    branch: null,
    tags: [],
  },
});

test('a preview counts and prices without sending anything or leaving a trace', async () => {
  const { engine, ledger, provider } = setUp();
  const preview = await engine.preview(prompt);
  assert.equal(preview.inputTokens, 3);
  assert.equal(preview.outputTokens, 400);
  assert.equal(preview.outputBasis, 'assumed');
  assert.equal(preview.cost.nano, 3 + 400 * 10);
  assert.equal(preview.cached, false);
  assert.equal(provider.calls.length, 0);
  assert.equal(ledger.lines().length, 0);
});

test('a preview of what was answered before says "cached" and costs nothing', async () => {
  const { engine, run } = setUp(answer('hello'));
  await collect(run(prompt));
  const preview = await engine.preview(prompt);
  assert.equal(preview.cached, true);
  assert.equal(preview.cost.nano, 0);
  assert.equal(preview.inputTokens, 3, 'the tokens that the request has, though none would be paid');
});

test('the output of a prompt that ran before is assumed to be the median of its runs', async () => {
  const { engine, run } = setUp(answer('a'), answer('b'), answer('c'));
  for (let turn = 0; turn < 3; turn++)
    await collect(run({ ...prompt, id: `run-${turn}`, cache: makeCachePolicy('bypass') }));
  const preview = await engine.preview({ ...prompt, cache: makeCachePolicy('bypass') });
  assert.equal(preview.outputBasis, 'past runs');
  assert.equal(preview.pastRuns, 3);
  assert.equal(preview.outputTokens, 2);
});

test("a prompt's own output limit bounds the assumption", async () => {
  const { engine } = setUp();
  const preview = await engine.preview({ ...prompt, sampling: { maxTokens: 50 } });
  assert.equal(preview.outputBasis, 'max tokens');
  assert.equal(preview.outputTokens, 50);
});

test('a preview says the most that its request may cost, which is what a budget holds', async () => {
  const { engine } = setUp();
  const { worst } = await engine.preview(prompt);
  assert.deepEqual(worst, { nano: 3 + 16_384 * 10, tokens: 3 + 16_384, outputTokens: 16_384 });
  const limited = await engine.preview({ ...prompt, sampling: { maxTokens: 50 } });
  assert.deepEqual(limited.worst, { nano: 3 + 50 * 10, tokens: 53, outputTokens: 50 });
});

test('a preview says what each step would do, in the order of the pipeline, and what the baseline would cost', async () => {
  const { engine } = setUp();
  const preview = await engine.preview(prompt);
  assert.deepEqual(
    preview.stages,
    stages(fakeDependencies()).map(({ name }) => name),
  );
  assert.deepEqual(
    preview.decisions.filter(({ stage }) => stage === 'exactCache').map(({ action }) => action),
    ['missed'],
  );
  assert.deepEqual(preview.baseline, { provider: 'Test', model: 'test-model', nano: 4003 });
  assert.equal(preview.savedNano, 0);
});

test('a budget that would refuse the call is told so in its plan', async () => {
  const state = {
    budget: makeBudget({ limit: 1 }),
    key: '',
    windowStart: 0,
    windowEnd: 1,
    used: 1,
    reserved: 0,
    unknownCalls: 0,
  };
  const budgets: Budgets = {
    ...openBudgets,
    watches: () => true,
    ask: () => ({ kind: 'refused', state, unpriced: false }),
  };
  const { decisions } = await setUpWith({ budgets }).engine.preview(prompt);
  const [refused] = decisions.filter(({ stage }) => stage === 'budget');
  assert.equal(refused?.action, 'refused');
  assert.match(refused?.why ?? '', /^The budget "Day" has no room/);
});

test('where a run would leave a dearer model out for a budget, its plan does, too', async () => {
  const { provider, model } = prompt;
  const rung = (id: string, tier: 'small' | 'frontier') => ({ provider, model: { ...model, id }, tier });
  const ladder = [rung('small', 'small'), rung('dear', 'frontier')];
  const state = {
    budget: makeBudget({ unit: 'money', limit: 500 }),
    key: '',
    windowStart: 0,
    windowEnd: 1,
    used: 0,
    reserved: 0,
    unknownCalls: 0,
  };
  const budgets: Budgets = {
    ...openBudgets,
    watches: () => true,
    ask: ({ worstCases }) =>
      worstCases.length > 1 ? { kind: 'refused', state, unpriced: false } : { kind: 'granted', tight: [] },
  };
  const prices: PriceBook = {
    ...fakePrices(),
    cost: (_, { id }) => ({ nano: id === 'dear' ? 1000 : 5, priceVersion: 'fake@1' }),
  };
  const { decisions, model: chosen } = await setUpWith({ budgets, prices }).engine.preview({
    ...prompt,
    ...ladder[1],
    ladder,
  });
  const actions = decisions.filter(({ stage }) => stage === 'budget').map(({ action }) => action);
  assert.deepEqual([chosen, actions], ['small', ['narrowed']]);
});

test('a plan chooses as a run of any connection would, where a prefix is still warm', async () => {
  const plain = pricesOf({ small: 10, middle: 40 });
  const prices: PriceBook = {
    ...plain,
    cost: (provider, model, usage, ...rest) =>
      model.id === 'middle' && usage.cachedInputTokens > 0
        ? { nano: 5, priceVersion: 'fake@1' }
        : plain.cost(provider, model, usage, ...rest),
  };
  const usage = usageOf(10, 1, { cachedInputTokens: 9 });
  const attempt = attemptOf(5, { provider: 'Test', model: 'middle', usage });
  const reply: ScriptedReply = {
    events: [
      { type: 'text', text: 'hello' },
      { type: 'attempt', attempt },
      { type: 'end', reason: 'stop' },
    ],
  };
  const { engine, provider, run } = setUpWith({ prices }, reply, reply);
  const cache = makeCachePolicy('bypass');
  const auto = { ...makeAutoCall({ ladder: LADDER.slice(0, 2), cache }), attribution: prompt.attribution };
  assert.equal((await engine.preview(auto)).model, 'small');
  await collect(run({ ...auto, ladder: LADDER.slice(1, 2) }));
  assert.equal((await engine.preview(auto)).model, 'middle');
  await collect(engine.runner(fakeKeys())({ ...auto, id: 'in another window' }));
  assert.equal(provider.calls[1]?.model.id, 'middle');
});

test('a run is held against what its prompt was expected to cost, by the runs before it', async () => {
  const { ledger, run } = setUp(answer('a b'), answer('a b c d'));
  for (const id of ['first', 'second'])
    await collect(run({ ...prompt, id, cache: makeCachePolicy('bypass') }));
  const [first, second] = ledger.lines().map(({ receipt }) => receipt);
  // 400 output tokens are assumed of a prompt that never ran, then those of its run.
  assert.equal(first?.estimatedNano, (first?.usage.inputTokens ?? 0) + 400 * 10);
  const past = first?.usage.outputTokens ?? 0;
  assert.equal(second?.estimatedNano, (second?.usage.inputTokens ?? 0) + past * 10);
  assert.deepEqual(ledger.call('second')?.estimate?.calls, 2);
});

test('a preview says what is paid on average where an answer may be asked for again', async () => {
  const { engine } = setUpWith({ prices: pricesOf() });
  const auto = await engine.preview(makeAutoCall());
  assert.deepEqual([auto.cost.nano, auto.expectedNano], [10, 15]);
  const named = await engine.preview(makeCall({ ...LADDER[0] }));
  assert.equal('expectedNano' in named, false);
});

/** Budgets as windows see them: set, listed, told of, and kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BudgetThresholdParams, MESSAGES } from '../../../protocol/messages.ts';
import { startEcho } from '../../simulator/echo.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { until } from '../../support/daemon-process.ts';
import { setScene } from './harness.ts';

test('a budget that one window sets is seen in the other, counts calls, and is gone when it is deleted', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'Hello' });
  const [one, two] = [await scene.open(), await scene.open()];
  await one.client.request(MESSAGES.saveBudget, { budget: makeBudget({ window: 'month' }) });
  await until(() => two.heard.includes('farthing/budgetsChanged'), 'the news in the second window');
  await one.run('Say hello.');
  const [state, ...more] = await two.client.request(MESSAGES.budgets, {});
  assert.deepEqual([state?.budget.name, state?.used, state?.reserved, more.length], ['Day', 1, 0, 0]);
  await two.client.request(MESSAGES.deleteBudget, { id: 'day' });
  assert.deepEqual(await one.client.request(MESSAGES.budgets, {}), []);
});

test('a budget that makes no sense is refused with what is wrong with it', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  for (const [change, message] of [
    [{ limit: 0 }, /limit/],
    [{ limit: 1.5 }, /limit/],
    [{ timeZone: 'Mars/Olympus' }, /time zone/],
    [{ window: 'year' as 'day' }, /window/],
    [{ scope: 'planet' as 'user' }, /scope/],
  ] as const)
    await assert.rejects(window.client.request(MESSAGES.saveBudget, { budget: makeBudget(change) }), {
      code: 'badBudget',
      message,
    });
  assert.deepEqual(await window.client.request(MESSAGES.budgets, {}), []);
});

test('a budget of one feature that would refuse a run says so in its estimate, and in no other', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const source = { kind: 'text', uri: 'file:///w/a.prompt.md', text: 'Say hello.' } as const;
  const budget = makeBudget({ scope: 'feature', value: 'prompt file', unit: 'tokens', limit: 1 });
  await window.client.request(MESSAGES.saveBudget, { budget });
  const refusedFor = async (feature?: string) => {
    const params = { source, ...(feature === undefined ? {} : { feature }) };
    const { decisions } = await window.client.request(MESSAGES.preview, params);
    return decisions.some(({ stage, action }) => stage === 'budget' && action === 'refused');
  };
  assert.deepEqual([await refusedFor(), await refusedFor('command line')], [true, false]);
  await assert.rejects(window.run(source.text), { code: 'overBudget' });
});

test('every window is told when a threshold is passed, once', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'one' });
  scene.simulator.script({ text: 'two' });
  scene.simulator.script({ text: 'three' });
  const [one, two] = [await scene.open(), await scene.open()];
  const told: BudgetThresholdParams[] = [];
  two.client.on(MESSAGES.budgetThreshold, (params: unknown) => told.push(params as BudgetThresholdParams));
  await one.client.request(MESSAGES.saveBudget, { budget: makeBudget({ limit: 4, window: 'month' }) });
  for (const text of ['a', 'b', 'c']) await one.run(text);
  await until(() => told.length >= 2, 'two thresholds');
  assert.deepEqual(
    told.map(({ threshold, state }) => [threshold, state.used]),
    [
      [50, 2],
      [75, 3],
    ],
  );
});

test('of 1,000 calls at once over the socket a budget of exactly 100 lets exactly 100 through', async () => {
  await using scene = await setScene();
  await using echo = await startEcho();
  const provider = { name: 'Echo', baseUrl: echo.baseUrl, models: ['gpt-5-mini'], needsKey: false };
  const settings = { providers: [{ ...provider, pricedAs: 'openai' }] };
  const windows = [await scene.open(settings), await scene.open(settings)];
  await windows[0]?.client.request(MESSAGES.saveBudget, {
    budget: makeBudget({ limit: 100, window: 'month' }),
  });
  const ended = await Promise.allSettled(
    Array.from({ length: 1000 }, (_, index) => windows[index % 2]?.run(`question ${index}`)),
  );
  assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 100);
  const codes = ended.flatMap((one) =>
    one.status === 'rejected' ? [(one.reason as { code?: string }).code] : [],
  );
  assert.deepEqual([codes.length, [...new Set(codes)]], [900, ['overBudget']]);
  const summary = await windows[0]?.client.request(MESSAGES.summary, { since: 0, recent: 1 });
  assert.equal(summary?.real.calls, 1000);
});

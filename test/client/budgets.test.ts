/** The store of the budgets, over a daemon that answers what is scripted. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createBudgets } from '../../client/budgets.ts';
import type { TypedRequest } from '../../client/daemon/connection.ts';
import { createEmitter } from '../../client/emitter.ts';
import type { BudgetState } from '../../protocol/budgets.ts';
import { aBudget, aState } from './budgets.ts';

function scene(t: TestContext, now = Date.UTC(2025, 5, 3, 12)) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
  const asked: string[] = [];
  const answers: (readonly BudgetState[] | Error)[] = [];
  const lines: string[] = [];
  const told = createEmitter<void>();
  const changedState = createEmitter<void>();
  const daemon = {
    state: 'running' as const,
    onDidChange: changedState.event,
    on: (_: unknown, handler: () => void) => told.event(handler),
    request: (async (message: { method: string }) => {
      asked.push(message.method);
      if (message.method !== 'farthing/budgets') return null;
      const answer = answers.shift();
      if (answer === undefined) throw new Error('a question that nobody expected');
      if (answer instanceof Error) throw answer;
      return answer;
    }) as unknown as TypedRequest,
  };
  const budgets = createBudgets(daemon, (line) => lines.push(line));
  t.after(() => budgets.dispose());
  let changes = 0;
  budgets.onDidChange(() => {
    changes += 1;
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return {
    budgets,
    asked,
    answers,
    lines,
    changes: () => changes,
    connects: async () => {
      changedState.fire();
      await settle();
    },
    tells: async () => {
      told.fire();
      await settle();
    },
    pass: async (milliseconds: number) => {
      t.mock.timers.tick(milliseconds);
      await settle();
    },
  };
}

test('the budgets are asked for when the daemon is there and when it tells of a change', async (t) => {
  const { budgets, answers, connects, tells, pass, changes } = scene(t);
  assert.equal(budgets.states(), null);
  answers.push([], [aState()]);
  await connects();
  assert.deepEqual([budgets.states(), changes()], [[], 1]);
  await tells();
  await pass(150);
  assert.deepEqual([budgets.states(), changes()], [[aState()], 2]);
});

test('an answer that says the same changes nothing', async (t) => {
  const { answers, connects, tells, pass, changes } = scene(t);
  answers.push([aState()], [aState()]);
  await connects();
  await tells();
  await pass(150);
  assert.equal(changes(), 1);
});

test('a burst of news is one question', async (t) => {
  const { asked, answers, tells, pass } = scene(t);
  answers.push([], []);
  for (let news = 0; news < 20; news++) await tells();
  await pass(150);
  assert.equal(asked.length, 2);
});

test('the end of a window is looked at, though nobody tells of it', async (t) => {
  const { budgets, answers, connects, pass } = scene(t, Date.UTC(2025, 5, 3, 23, 59));
  answers.push([aState()], [aState({ used: 0, windowEnd: Date.UTC(2025, 5, 5) })]);
  await connects();
  await pass(60_000);
  assert.equal(budgets.states()?.[0]?.used, 3_100_000_000);
  await pass(250);
  assert.equal(budgets.states()?.[0]?.used, 0);
});

test('an unused minute is not looked at again', async (t) => {
  const { asked, answers, connects, pass } = scene(t);
  answers.push([aState({ used: 0, windowEnd: Date.UTC(2025, 5, 3, 12, 1) }, { window: 'minute' })]);
  await connects();
  await pass(600_000);
  assert.deepEqual(asked, ['farthing/budgets']);
});

test('what was saved is there when the saving ends', async (t) => {
  const { budgets, asked, answers } = scene(t);
  answers.push([aState()], []);
  await budgets.save(aBudget());
  assert.deepEqual(budgets.states(), [aState()]);
  await budgets.delete('day');
  assert.deepEqual(budgets.states(), []);
  assert.deepEqual(asked, [
    'farthing/saveBudget',
    'farthing/budgets',
    'farthing/deleteBudget',
    'farthing/budgets',
  ]);
});

test('a daemon that cannot be asked costs nothing but a line in the log', async (t) => {
  const { budgets, answers, lines, connects } = scene(t);
  answers.push(new Error('gone'));
  await connects();
  assert.equal(budgets.states(), null);
  assert.equal(lines.length, 1);
});

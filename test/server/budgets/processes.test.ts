/** One budget, one database, several processes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Budget } from '../../../protocol/budgets.ts';
import { type Core, openCore } from '../../../server/core.ts';
import { startEcho } from '../../simulator/echo.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { QUIET } from '../../support/core-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./budget-child.ts', import.meta.url));

const open = (file: string): Promise<Core> => openCore(file, QUIET);

/** Saves a hard budget on a new database: of 100 requests a month, where nothing else is said. */
async function saveBudget(file: string, more: Partial<Budget> = {}): Promise<void> {
  const core = await open(file);
  core.budgets.save(makeBudget({ limit: 100, window: 'month', ...more }));
  core.close();
}

const start = (file: string, baseUrl: string, name: string, calls: number): ChildProcess =>
  spawn(process.execPath, [CHILD, file, baseUrl, name, String(calls)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** How the calls of a process ended, by outcome; `see` hears of each. */
async function outcomes(
  child: ChildProcess,
  see: (outcome: string) => void = () => undefined,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  assert.ok(child.stdout !== null);
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
    see(line);
  }
  await exit;
  return counts;
}

const sum = (all: readonly ReadonlyMap<string, number>[], outcome: string): number =>
  all.reduce((total, counts) => total + (counts.get(outcome) ?? 0), 0);

test('Of 1,000 calls of four processes a budget of exactly 100 lets exactly 100 through', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  await saveBudget(file);
  await using echo = await startEcho();
  const all = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => outcomes(start(file, echo.baseUrl, name, 250))),
  );
  assert.equal(sum(all, 'answered'), 100);
  assert.equal(sum(all, 'refused'), 900);
  const core = await open(file);
  const [state] = core.budgets.states(Date.now());
  core.close();
  assert.deepEqual([state?.used, state?.reserved], [100, 0]);
});

test('A budget of money that four processes share is never exceeded, and is what their lines cost', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  // At 50 tokens of output, which cost $2 a million, it is room for some dozens of calls.
  const limit = 5_000_000;
  await saveBudget(file, { unit: 'money', limit });
  await using echo = await startEcho();
  const all = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => outcomes(start(file, echo.baseUrl, name, 100))),
  );
  const [answered, refused] = [sum(all, 'answered'), sum(all, 'refused')];
  assert.ok(answered > 0 && refused > 0, `${answered} answered, ${refused} refused`);
  assert.equal(answered + refused, 400);
  const core = await open(file);
  const [state] = core.budgets.states(Date.now());
  const { real } = core.ledger.totals(0);
  core.close();
  assert.ok(state !== undefined && state.used <= limit, `${state?.used} of ${limit}`);
  assert.deepEqual([state.used, state.reserved], [real.spend, 0]);
});

test('A process that is killed in the middle keeps nobody out: all that is left of the budget can be used', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  await saveBudget(file);
  await using echo = await startEcho();
  const killed = start(file, echo.baseUrl, 'killed', 80);
  await outcomes(killed, (outcome) => {
    if (outcome === 'answered') killed.kill('SIGKILL');
  });
  const core = await open(file);
  core.recoverInterrupted();
  const used = core.budgets.states(Date.now())[0]?.used ?? -1;
  core.close();
  assert.ok(used > 0 && used < 80, `${used} were used when it was killed`);
  const after = await outcomes(start(file, echo.baseUrl, 'after', 200));
  assert.equal(after.get('answered'), 100 - used);
  assert.equal(after.get('refused'), 200 - (100 - used));
});

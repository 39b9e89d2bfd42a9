import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promptName } from '../../../protocol/prompt-name.ts';
import type { OpenedCall } from '../../../server/pipeline/ports.ts';
import { type Database, openDatabase, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const rows = (database: Database, table: string) =>
  database.connection.prepare(`SELECT * FROM ${table} ORDER BY call_id, position`).all();

test('Attempts and decisions are stored with their call, in order and only once', async (context) => {
  const database = await memory(context);
  const ledger = createLedgerStore(database);
  const call = openedCall('a');
  const attempts = [
    attemptOf(3, { outcome: 'failed', errorCode: 'network', firstTextMs: null }),
    attemptOf(4, { servedModel: 'gpt-5-mini-2025-08-07' }),
  ];
  const decisions = [
    { stage: 'exactCache', action: 'miss', why: 'It was not asked before.' },
    { stage: 'retry', action: 'retried', why: 'The network failed.', savedTokens: 5, savedNano: 6 },
  ];
  ledger.close(call, receiptOf(call, attempts, { decisions }), attempts);
  ledger.close(call, receiptOf(call, attempts, { decisions }), attempts);
  const attempt = {
    call_id: 'a',
    position: 0,
    provider: 'OpenAI',
    model: 'gpt-5-mini',
    outcome: 'failed',
    input_tokens: 100,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 20,
    reasoning_tokens: 0,
    usage_source: 'provider',
    approximate: 0,
    cost_nano: 3,
    price_version: 'test@1',
    first_text_ms: null,
    total_ms: 40.25,
    error_code: 'network',
    served_model: null,
  };
  assert.deepEqual(rows(database, 'attempts'), [
    attempt,
    {
      ...attempt,
      position: 1,
      outcome: 'answered',
      cost_nano: 4,
      first_text_ms: 12.5,
      error_code: null,
      served_model: 'gpt-5-mini-2025-08-07',
    },
  ]);
  assert.deepEqual(rows(database, 'decisions'), [
    { call_id: 'a', position: 0, ...decisions[0], saved_tokens: null, saved_nano: null },
    {
      call_id: 'a',
      position: 1,
      stage: 'retry',
      action: 'retried',
      why: 'The network failed.',
      saved_tokens: 5,
      saved_nano: 6,
    },
  ]);
});

test('A call is settled once, however often it is closed, and whether it was opened or not', async (context) => {
  const settled: string[] = [];
  const ledger = createLedgerStore(await memory(context), {
    settle:
      ({ callId }, receipt, attempts) =>
      () =>
        void settled.push(`${callId} ${receipt.cost.nano} ${attempts.length}`),
  });
  const attempts = [attemptOf(3)];
  for (const callId of ['opened', 'new']) {
    const call = openedCall(callId);
    if (callId === 'opened') ledger.open(call);
    ledger.close(call, receiptOf(call, attempts), attempts);
    ledger.close(call, receiptOf(call, attempts), attempts);
  }
  assert.deepEqual(settled, ['opened 3 1', 'new 3 1']);
});

test('A call that another process has closed is not settled again, and stays as it was closed', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  const report = (problem: Error) => {
    throw problem;
  };
  const settled: string[] = [];
  const open = async (name: string, pid: number) => {
    const database = await openDatabase(file, { now: () => 0, report });
    const settle =
      ({ callId }: OpenedCall) =>
      () =>
        void settled.push(`${callId} by ${name}`);
    return { database, ledger: createLedgerStore(database, { pid, settle }) };
  };
  const first = await open('first', 1);
  const second = await open('second', 2);
  const call = openedCall('a');
  first.ledger.open(call);
  second.ledger.close(call, receiptOf(call, [attemptOf(3)]), [attemptOf(3)]);
  first.ledger.close(call, receiptOf(call, [attemptOf(3)]), [attemptOf(3)]);
  // Another ending of the same call would make the ledger differ from what was settled.
  first.ledger.close(call, receiptOf(call, [attemptOf(8)]), [attemptOf(8)]);
  assert.deepEqual(settled, ['a by second']);
  assert.equal(first.ledger.totals(0).real.spend, 3);
  first.database.close();
  second.database.close();
});

test('A call that was taken for interrupted and ends after all is settled then', async (context) => {
  const database = await memory(context);
  const settled: string[] = [];
  const ledger = createLedgerStore(database, {
    pid: 7,
    settle:
      ({ callId }) =>
      () =>
        void settled.push(callId),
  });
  const call = openedCall('a');
  ledger.open(call);
  assert.equal(
    createLedgerStore(database, { pid: 8 }).recoverInterrupted(() => false),
    1,
  );
  ledger.close(call, receiptOf(call, [attemptOf(3)]), [attemptOf(3)]);
  assert.deepEqual(settled, ['a']);
});

test('What cannot be settled is not closed either', async (context) => {
  const ledger = createLedgerStore(await memory(context), {
    settle: () => {
      throw new Error('no room');
    },
  });
  const call = openedCall('a');
  ledger.open(call);
  assert.throws(() => ledger.close(call, receiptOf(call, [attemptOf(3)]), [attemptOf(3)]), /no room/);
  assert.equal(ledger.recent(1)[0]?.outcome, 'running');
  const unopened = openedCall('b');
  assert.throws(() => ledger.close(unopened, receiptOf(unopened, []), []), /no room/);
  assert.equal(ledger.call('b'), null);
});

test('A line is completed whole or not at all', async (context) => {
  const database = await memory(context);
  const ledger = createLedgerStore(database);
  const call = openedCall('a');
  ledger.open(call);
  database.connection.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON decisions BEGIN SELECT raise(ABORT, 'refused'); END",
  );
  const decisions = [{ stage: 'retry', action: 'retried', why: 'The network failed.' }];
  const attempts = [attemptOf(4)];
  assert.throws(() => ledger.close(call, receiptOf(call, attempts, { decisions }), attempts), /refused/);
  assert.equal(ledger.recent(1)[0]?.outcome, 'running');
  assert.deepEqual(rows(database, 'attempts'), []);
});

test('A cost that is not a whole number of nano-dollars is not stored', async (context) => {
  const ledger = createLedgerStore(await memory(context));
  const call = openedCall('a');
  assert.throws(() => ledger.close(call, receiptOf(call, [attemptOf(0.5)]), [attemptOf(0.5)]), /REAL value/);
  assert.equal(ledger.totals(0).real.calls, 0);
});

test('Calls of a daemon that is gone become interrupted, with an unknown cost and the reason', async (context) => {
  const database = await memory(context);
  createLedgerStore(database, { pid: 100 }).open(openedCall('of the dead'));
  createLedgerStore(database, { pid: 200 }).open(openedCall('of the living'));
  const ledger = createLedgerStore(database, { pid: 300 });
  ledger.open(openedCall('of ours'));
  assert.equal(
    ledger.recoverInterrupted((pid) => pid === 200),
    1,
  );
  assert.deepEqual(
    ledger.recent(3).map(({ outcome }) => outcome),
    ['running', 'running', 'interrupted'],
  );
  const { real } = ledger.totals(0);
  assert.deepEqual([real.calls, real.spend, real.unknownPriceCalls, real.saved], [3, null, 1, 0]);
  // What the provider billed was in vain, and is not known.
  assert.equal(real.waste, null);
  assert.equal(ledger.call('of the dead')?.line.wasteNano, null);
  assert.deepEqual(rows(database, 'decisions'), [
    {
      call_id: 'of the dead',
      position: 0,
      stage: 'record',
      action: 'interrupted',
      why: 'The daemon ended during this call, so what the provider billed for it is not known.',
      saved_tokens: null,
      saved_nano: null,
    },
  ]);
  assert.equal(
    ledger.recoverInterrupted((pid) => pid === 200),
    0,
  );
});

test('A daemon that got the process id of a dead one does not take its calls for its own', async (context) => {
  const database = await memory(context);
  createLedgerStore(database, { pid: 1 }).open(openedCall('of the dead'));
  const ledger = createLedgerStore(database, { pid: 1 });
  ledger.open(openedCall('of ours'));
  assert.equal(
    ledger.recoverInterrupted(() => true),
    1,
  );
  assert.deepEqual(
    ledger.recent(2).map(({ callId, outcome }) => [callId, outcome]),
    [
      ['of ours', 'running'],
      ['of the dead', 'interrupted'],
    ],
  );
});

test('The questions of every refresh are answered by an index', async (context) => {
  const { connection } = await memory(context);
  const plan = (sql: string) =>
    connection
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  assert.match(plan('SELECT sum(cost_nano) FROM calls WHERE started_at >= 5'), /calls_by_start/);
  assert.match(
    plan(
      "SELECT output_tokens FROM calls WHERE job = 'a' AND model = 'b' AND outcome = 'answered' ORDER BY number DESC",
    ),
    /^SEARCH calls USING INDEX answered_calls_by_job \(job=\? AND model=\?\)$/,
  );
  assert.match(plan("SELECT id FROM calls WHERE outcome = 'running'"), /running_calls/);
});

for (const [job, name] of [
  ['file:///home/ada/prompts/explain.prompt.md', 'explain.prompt.md'],
  ['file:///c%3A/prompts/my%20prompt.md', 'my prompt.md'],
  ['file:///home/ada/100%.md', '100%.md'],
  ['file:///a/b.md?query#part', 'b.md'],
  ['untitled:Untitled-1', 'Untitled-1'],
  ['summary', 'summary'],
  ['file:///', null],
  ['', null],
  [null, null],
] as const)
  test(`The prompt of the job ${JSON.stringify(job)} is called ${JSON.stringify(name)}`, () => {
    assert.equal(promptName(job), name);
  });

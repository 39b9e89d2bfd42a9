import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUptime, statusLines } from '../../../client/text/daemon-text.ts';
import type { DaemonStatus } from '../../../protocol/messages.ts';

const STATUS: DaemonStatus = {
  pid: 4711,
  build: { version: '0.1.0', hash: 'abc', builtAt: 0 },
  protocol: 1,
  clients: 2,
  callsRunning: 1,
  uptimeMs: 3_900_000,
  memoryBytes: 1_234_000_000,
  stateFolder: '/state',
  logFile: '/state/daemon.log',
  runtime: 'node 24',
  storageProblem: null,
  cache: { entries: 12, bytes: 3_400_000, limitBytes: 256_000_000 },
};

test('the status says who runs, for how many, how large and how long', () => {
  const lines = Object.fromEntries(statusLines(STATUS).map(({ name, value }) => [name, value]));
  assert.equal(lines['Process'], '4711');
  assert.equal(lines['Version'], '0.1.0 (abc), protocol 1');
  assert.equal(lines['Clients'], '2, 1 calls running');
  assert.equal(lines['Memory'], '1,234 MB');
  assert.equal(lines['Uptime'], '1 h 05 min');
});

test('a ledger that cannot be written comes first', () => {
  const [first] = statusLines({ ...STATUS, storageProblem: 'The disk is full.' });
  assert.deepEqual(first, { name: 'Ledger', value: 'The disk is full.' });
});

test('uptime is told in the units that matter', () => {
  assert.deepEqual([12_999, 180_000, 7_500_000, 352_800_000].map(formatUptime), [
    '12 s',
    '3 min',
    '2 h 05 min',
    '4 d 2 h',
  ]);
});

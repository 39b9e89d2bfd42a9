import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonError, fromDaemon, receiptOf } from '../../../client/daemon/daemon-error.ts';
import { farthingError } from '../../../protocol/errors.ts';
import type { ErrorData } from '../../../protocol/messages.ts';
import { aReceipt } from '../receipts.ts';

const rejection = (code: number, message: string, data?: unknown) =>
  Object.assign(new Error(message), { code, data });

test("the daemon's refusal keeps its code, its sentence and its receipt", () => {
  const data: ErrorData = {
    code: 'rateLimited',
    retryAfterMs: 2000,
    receipt: aReceipt({ outcome: 'failed' }),
    continuable: false,
  };
  const error = fromDaemon(rejection(-32000, 'Slow down.', data));
  assert.ok(error instanceof DaemonError);
  assert.equal(error.code, 'rateLimited');
  assert.equal(error.message, 'Slow down.');
  assert.equal(error.retryAfterMs, 2000);
  assert.equal(receiptOf(error), data.receipt);
});

test('a cancelled run that the daemon accounted for keeps its receipt', () => {
  const data: ErrorData = {
    code: 'cancelled',
    retryAfterMs: null,
    receipt: aReceipt({ outcome: 'aborted' }),
    continuable: false,
  };
  assert.equal(receiptOf(fromDaemon(rejection(-32800, 'Cancelled.', data)))?.outcome, 'aborted');
});

test('each way in which JSON-RPC says that the connection went away means that the daemon stopped', () => {
  for (const code of [1, 2, -32096, -32097, -32099]) {
    assert.equal(fromDaemon(rejection(code, 'gone')).code, 'daemonStopped', String(code));
  }
});

test('a cancellation without an answer is a cancellation', () => {
  assert.equal(fromDaemon(rejection(-32800, 'cancelled')).code, 'cancelled');
});

test('data of another shape or with an unknown code is never shown as an error of ours', () => {
  for (const data of [null, 'text', { code: 'toString' }, { code: 7 }]) {
    assert.equal(fromDaemon(rejection(-32603, 'secret detail', data)).code, 'internal');
  }
  assert.doesNotMatch(fromDaemon(rejection(-32603, 'secret detail')).message, /secret/);
});

test('an error of the catalogue passes through, and has no receipt', () => {
  const error = farthingError('untrusted', {});
  assert.equal(fromDaemon(error), error);
  assert.equal(receiptOf(error), null);
});

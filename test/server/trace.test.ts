import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from '../../server/trace.ts';

test('a trace has the kind and the places of the root error, and nothing of any message', () => {
  const root = new TypeError('a secret\n    at a-line-that-is-secret too');
  const trace = traceOf(new Error('secret, too', { cause: new Error('secret', { cause: root }) }));
  assert.match(trace, /^TypeError\n\s+at .*trace\.test/);
  assert.doesNotMatch(trace, /secret/);
});

test('what is no error has its type for a trace', () => {
  assert.equal(traceOf('a secret'), 'string');
});

test('causes that go round in a circle come to an end', () => {
  const circular = new Error('outer');
  circular.cause = circular;
  assert.match(traceOf(circular), /^Error\n/);
});

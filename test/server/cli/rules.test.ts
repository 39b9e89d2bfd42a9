/** farthing rules as a person types it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RULES } from '../../../server/prompts/compression/rules.ts';
import { createTestState, outcome } from '../../support/daemon-process.ts';

const headings = (document: string): readonly string[] =>
  Array.from(document.matchAll(/^### (\S+)$/gm), ([, id = '']) => id);

test('rules tells of every rule by its name, and needs neither a daemon nor a key', async () => {
  await using state = createTestState();
  const { code, out, err } = await outcome(state.spawn(['rules']));
  assert.equal(code, 0, err);
  assert.deepEqual(
    headings(out),
    RULES.map(({ id }) => id),
  );
});

test('rules with a name tells of that rule alone, with an example', async () => {
  await using state = createTestState();
  const { code, out, err } = await outcome(state.spawn(['rules', 'politeness']));
  assert.equal(code, 0, err);
  assert.match(out, /^# politeness\n\nLow: /);
  assert.deepEqual(headings(out), []);
  assert.match(out, /Before:\n\n```text\n/);
});

test('rules with a name that no rule has says which there are', async () => {
  await using state = createTestState();
  const { code, out, err } = await outcome(state.spawn(['rules', 'manners']));
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /There is no rule "manners"\. The rules are: .*politeness/);
  assert.equal((await outcome(state.spawn(['rules', 'politeness', 'blank-lines']))).code, 2);
});

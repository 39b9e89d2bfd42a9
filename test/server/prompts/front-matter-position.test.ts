/** What stands where the cursor is, in front matter that is whole or broken. `|` is the cursor. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { FRONT_MATTER_KEYS } from '../../../server/prompts/front-matter-keys.ts';
import { frontMatterPosition } from '../../../server/prompts/front-matter-position.ts';

function at(text: string): string | null {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const found = frontMatterPosition(
    text.replace('|', '').split('\n'),
    before.length - 1,
    before.at(-1)?.length ?? 0,
  );
  return found === null ? null : `${found.kind} ${found.path} <${found.word}>`;
}

for (const [text, expected] of [
  ['mod|', 'key  <mod>'],
  ['|', 'key  <>'],
  ['farth|ing.cache: use', 'key  <farthing.cache>'],
  ['farthing.cache: |', 'value farthing.cache <>'],
  ['farthing.cache: u|se', 'value farthing.cache <use>'],
  ['farthing.cache:|', 'value farthing.cache <>'],
  ['model: GPT-5 mi|ni (copilot) # mine', 'value model <GPT-5 mini (copilot)>'],
  ['model: [\'gpt-5\', "gp|t-4.1"]', 'value model <gpt-4.1>'],
  ['model:\n  - gpt-5\n  - gp|', 'value model <gp>'],
  ['model:\n- |', 'value model <>'],
  ['farthing:\n  ca|', 'key farthing <ca>'],
  ['farthing:\n  # why\n\n  cache: b|ypass', 'value farthing.cache <bypass>'],
  ['farthing:\n  off:\n    - rou|te', 'value farthing.off <route>'],
  ['farthing: { ca|', 'key farthing <ca>'],
  ['farthing: { cache: us|e, kind: code }', 'value farthing.cache <use>'],
  ['farthing: { cache: use, ki|nd: code }', 'key farthing <kind>'],
  ['farthing: { tags: [a, b], off: [ret|', 'value farthing.off <ret>'],
  ['farthing: { expect: { min|', 'key farthing.expect <min>'],
  ['farthing.off: route, ret|ry', 'value farthing.off <retry>'],
  ['farthing:\n  expect:\n    min|', 'key farthing.expect <min>'],
  ['name: [\nfarthing.cache: us|', 'value farthing.cache <us>'],
  ['# farthing.ca|', null],
  ['model: llama3:8|b', 'value model <llama3:8b>'],
] as const) {
  test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(at(text), expected));
}

test('whatever is written, a position is within its line, and nothing is thrown', () => {
  const line = fc.string({
    unit: fc.constantFrom('a', ':', ' ', '-', '{', '}', '[', ']', ',', '"', "'", '#', '😀'),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(), (lines, row, column) => {
      const index = row % lines.length;
      const text = lines[index] ?? '';
      const found = frontMatterPosition(lines, index, column % (text.length + 1));
      if (found === null) return;
      assert.ok(
        found.start >= 0 && found.start <= found.end && found.end <= text.length,
        JSON.stringify(found),
      );
    }),
  );
});

test('there is help for every key that is read, and for no other', () => {
  const source = readFileSync(
    fileURLToPath(new URL('../../../server/prompts/front-matter.ts', import.meta.url)),
    'utf8',
  );
  const read = [...source.matchAll(/noted\('farthing\.(\w+)'/g)].map(([, key]) => key);
  assert.deepEqual(
    FRONT_MATTER_KEYS.map(({ name }) => name),
    read,
  );
});

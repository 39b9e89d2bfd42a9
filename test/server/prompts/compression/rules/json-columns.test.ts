import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonColumns } from '../../../../../server/prompts/compression/rules/json-columns.ts';
import { fence, fenced, shortened } from './properties.ts';

/** The objects that a row of keys and rows of values stand for. */
const objectsOf = ([keys = [], ...rows]: unknown[][]): unknown[] =>
  rows.map((values) => Object.fromEntries(keys.map((key, index) => [String(key), values[index]])));

const keys = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,12}$/), { minLength: 1, maxLength: 6 });
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const alike = keys.chain((names) =>
  fc.array(fc.record(Object.fromEntries(names.map((name) => [name, scalar]))), {
    minLength: 1,
    maxLength: 20,
  }),
);

describe('An array of like objects', () => {
  it('is the same objects as a row of keys and rows of values, a quarter shorter at least, or stays', () => {
    let changed = 0;
    fc.assert(
      fc.property(alike, fc.constantFrom(undefined, 2), (objects, indent) => {
        const json = JSON.stringify(objects, null, indent);
        fc.pre(!json.includes('```'));
        const text = fence('json', json);
        const { after, again, tokensBefore, tokensAfter } = shortened(jsonColumns, text);
        assert.equal(again, after);
        if (after === text) return;
        changed++;
        assert.ok(tokensAfter < tokensBefore);
        const back = objectsOf(JSON.parse(fenced(after)) as unknown[][]);
        assert.equal(JSON.stringify(back), JSON.stringify(JSON.parse(json)));
      }),
    );
    assert.ok(changed > 0, 'no array was changed');
  });

  it('stays where keys differ, stand in another order or twice, or hold more than a plain value', () => {
    const rows = (row: string, last: string) => `[${`${row},`.repeat(8)}${last}]`;
    for (const json of [
      rows('{"name":"a","city":"b"}', '{"name":"a","town":"b"}'),
      rows('{"name":"a","city":"b"}', '{"city":"b","name":"a"}'),
      rows('{"name":"a","name":"b"}', '{"name":"a","name":"b"}'),
      rows('{"name":"a","city":["b"]}', '{"name":"a","city":["b"]}'),
      rows('{}', '{}'),
      rows('{"name":{{name}},"city":"b"}', '{"name":{{name}},"city":"b"}'),
    ]) {
      const text = fence('json', json);
      assert.equal(shortened(jsonColumns, text).after, text);
    }
  });
});

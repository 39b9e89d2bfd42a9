import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLosslessCompressor } from '../../../server/calls/lossless-compressor.ts';
import { RULES } from '../../../server/prompts/compression/rules.ts';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { createTokenMeasure } from '../../../server/tokens/token-measure.ts';

const MODEL = { id: 'gpt-5', contextTokens: null, encoding: null };
const WIDE =
  'The order:\n\n```json\n{\n  "id": 17,\n  "lines": [\n    { "name": "tea", "count": 2 },\n    { "name": "milk", "count": 1 }\n  ]\n}\n```\n\nWhat does it hold?';
const fenced = (text: string) => /```json\n([\s\S]*)```/.exec(text)?.[1] ?? '';
const encodings = createEncodings();
const compressor = createLosslessCompressor(async () =>
  createTokenMeasure(await encodings.load('o200k_base'), encodings.seams),
);

test('what the model reads the same without goes, with the titles of the rules that did it', async () => {
  const { text, applied } = await compressor.compress(WIDE, 'user', MODEL, []);
  assert.equal(JSON.stringify(JSON.parse(fenced(text))), JSON.stringify(JSON.parse(fenced(WIDE))));
  assert.ok(text.length < WIDE.length);
  assert.ok(applied.length > 0);
});

test('politeness stays, since only a person takes out words', async () => {
  const text = 'Please, could you kindly say very clearly what is new?';
  assert.deepEqual(await compressor.compress(text, 'user', MODEL, []), { text, applied: [] });
});

test('twice is as good as once', async () => {
  const once = await compressor.compress(
    'A table:\n\n| a    | b   |\n| ---- | --- |\n| 1    | 2   |\n\n\n\nEnd.',
    'user',
    MODEL,
    [],
  );
  assert.deepEqual(await compressor.compress(once.text, 'user', MODEL, []), { text: once.text, applied: [] });
});

test('a rule that is switched off is not applied, and "all" switches off all of them', async () => {
  assert.equal((await compressor.compress(WIDE, 'user', MODEL, ['all'])).text, WIDE);
  const { applied } = await compressor.compress(WIDE, 'user', MODEL, []);
  const ids = RULES.filter(({ title }) => applied.includes(title)).map(({ id }) => id);
  assert.deepEqual(await compressor.compress(WIDE, 'user', MODEL, ids), { text: WIDE, applied: [] });
});

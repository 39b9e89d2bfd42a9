/** Counts and tokens against js-tiktoken, for every encoding. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { createOracle, TABLE_NAMES, texts } from './texts.ts';

const examplesFolder = new URL('../../../examples/', import.meta.url);
const hasExamples = existsSync(examplesFolder) && readdirSync(examplesFolder).length > 0;
const examples = hasExamples ? globSync('**/*.md', { cwd: examplesFolder }) : [];
const encodings = createEncodings();

/** Pieces longer than those that are merged without a heap, of bytes that merge in many ways. */
const longPieces = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'in', 'ing', 'er', 'st', 'tion', 'x'), {
    minLength: 60,
    maxLength: 120,
  }),
  fc.array(fc.constantFrom('中', '国', '人', '的', '是', '一', '不'), { minLength: 25, maxLength: 60 }),
  fc.array(fc.constantFrom('-', '=', '*', '👍', '#', '\u0301'), { minLength: 40, maxLength: 90 }),
);

describe('an encoding', () => {
  for (const name of TABLE_NAMES) {
    it(`makes the tokens of js-tiktoken with ${name}`, async () => {
      const encoding = await encodings.load(name);
      const oracle = await createOracle(name);
      const check = (text: string): void => {
        const tokens = oracle(text);
        assert.equal(encoding.count(text), tokens.length);
        assert.deepEqual(encoding.encode(text), tokens);
      };
      fc.assert(fc.property(texts(16), check), { numRuns: 300 });
      fc.assert(
        fc.property(longPieces, (parts) => check(parts.join(''))),
        { numRuns: 40 },
      );

      for (const file of examples) check(readFileSync(new URL(file, examplesFolder), 'utf8'));
    });
  }

  it('was checked with the example prompts', { skip: !hasExamples }, () => {
    assert.ok(examples.length > 0);
  });

  it('gives tokens whose bytes make up the text', async () => {
    const encoding = await encodings.load('o200k_base');
    fc.assert(
      fc.property(texts(16), (text) => {
        const bytes = encoding.encode(text).flatMap((token) => [...encoding.bytesOf(token)]);
        assert.deepEqual(bytes, [...new TextEncoder().encode(text)]);
      }),
    );
  });

  it('counts the spelling of a special token as text', async () => {
    const encoding = await encodings.load('cl100k_base');
    assert.ok(encoding.count('<|endoftext|>') > 1);
  });

  it('counts a long run of one character', async () => {
    const encoding = await encodings.load('o200k_base');
    assert.equal(encoding.count('a'.repeat(16_000)), 2000);
    assert.equal(encoding.encode('a'.repeat(200_000)).length, 25_000);
    assert.equal(encoding.count(''), 0);
  });

  it('sees half a pair at the end of a cut text as such, also once the engine has optimised it', async () => {
    const encoding = await encodings.load('gpt2');
    const whole = 'a text with a face 😀 in its middle';
    const cut = whole.slice(0, whole.indexOf('😀') + 1);
    const expected = encoding.count('a text with a face \ufffd');
    for (let round = 0; round < 20_000; round++) assert.equal(encoding.count(cut), expected);
  });

  it('of gpt-oss is that of its base, since special tokens are text', async () => {
    assert.equal(await encodings.load('o200k_harmony'), await encodings.load('o200k_base'));
  });

  it('is loaded once, however often it is asked for', async () => {
    const fresh = createEncodings();
    const [first, second] = await Promise.all([fresh.load('gpt2'), fresh.load('gpt2')]);
    assert.equal(first, second);
    assert.notEqual(first, await encodings.load('gpt2'));
  });
});

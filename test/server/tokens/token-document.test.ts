/** A document that is edited always has the count of its text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { CHUNK_LENGTH, createTokenDocument } from '../../../server/tokens/token-document.ts';
import { createOracle, TABLE_NAMES, texts } from './texts.ts';

const encodings = createEncodings();

/** Where an edit lies, as parts of the text's length, and what it puts there. */
const edits = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 10_000 }).map((place) => place / 10_000),
    removed: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 200 })),
    insert: fc.oneof(texts(2), texts(20)),
    whole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('a token document', () => {
  for (const name of [...TABLE_NAMES, 'o200k_harmony'] as const) {
    it(`has the fresh count of ${name} after any edits`, async () => {
      const encoding = await encodings.load(name);
      fc.assert(
        fc.property(texts(200), edits, fc.integer({ min: 1, max: 100 }), (first, changes, chunkLength) => {
          let text = first;
          const document = createTokenDocument(encoding, encodings.seams, text, { chunkLength });
          assert.equal(document.tokens, encoding.count(text));
          for (const { at, removed, insert, whole } of changes) {
            const start = Math.floor(at * text.length);
            const end = Math.min(text.length, start + removed);
            text = text.slice(0, start) + insert + text.slice(end);
            const tokens = whole ? document.update(text) : document.edit(start, end, insert);
            assert.equal(document.text(), text);
            assert.equal(document.length, text.length);
            assert.equal(tokens, encoding.count(text));
            assert.equal(document.tokens, tokens);
          }
        }),
        { numRuns: 200 },
      );
    });
  }

  it('has the count of js-tiktoken after edits', async () => {
    const encoding = await encodings.load('cl100k_base');
    const oracle = await createOracle('cl100k_base');
    fc.assert(
      fc.property(texts(200), edits, (text, changes) => {
        const document = createTokenDocument(encoding, encodings.seams, text, { chunkLength: 16 });
        for (const { at, removed, insert } of changes) {
          const start = Math.floor(at * document.length);
          document.edit(start, Math.min(document.length, start + removed), insert);
        }
        assert.equal(document.tokens, oracle(document.text()).length);
      }),
      { numRuns: 30 },
    );
  });

  it('counts only around a change', async () => {
    const encoding = await encodings.load('o200k_base');
    let counted = 0;
    const watched = {
      ...encoding,
      count(text: string): number {
        counted += text.length;
        return encoding.count(text);
      },
    };
    const line = 'The quick brown fox jumps over the lazy dog.\n';
    const text = line.repeat(5000);
    const document = createTokenDocument(watched, encodings.seams, text);
    assert.equal(counted, text.length);

    counted = 0;
    document.edit(100_000, 100_000, 'x');
    assert.ok(counted > 0 && counted <= 4 * CHUNK_LENGTH, `${counted} units were counted for one key`);

    counted = 0;
    const changed = `${text.slice(0, 100_000)}x${text.slice(100_000)}`;
    document.update(changed);
    assert.equal(counted, 0, 'the same text is not counted again');
    assert.equal(document.changedLength(changed), 0);

    document.update(text);
    assert.ok(counted > 0 && counted <= 4 * CHUNK_LENGTH, `${counted} units were counted for one key`);
  });

  it('does not take the same part of a repetitive text for its beginning and its end', async () => {
    const encoding = await encodings.load('gpt2');
    const document = createTokenDocument(encoding, encodings.seams, ' one'.repeat(20), { chunkLength: 4 });
    for (const repeats of [13, 14, 30, 1, 2]) {
      assert.equal(document.update(' one'.repeat(repeats)), repeats);
      assert.equal(document.text(), ' one'.repeat(repeats));
      assert.equal(
        document.update(` one${' one'.repeat(repeats).slice(2)}`),
        encoding.count(document.text()),
      );
    }
  });

  it('takes counts that were made elsewhere', async () => {
    const encoding = await encodings.load('gpt2');
    const text = 'one two three '.repeat(1000);
    const counts = encodings.seams.cut(text, CHUNK_LENGTH).map((_, index) => index + 1);
    const document = createTokenDocument(encoding, encodings.seams, text, { counts });
    assert.equal(document.tokens, (counts.length * (counts.length + 1)) / 2);
  });

  it('is emptied and filled again', async () => {
    const encoding = await encodings.load('gpt2');
    const document = createTokenDocument(encoding, encodings.seams);
    assert.equal(document.tokens, 0);
    assert.equal(document.edit(0, 0, 'hello world'), 2);
    assert.equal(document.edit(0, 11, ''), 0);
    assert.equal(document.update('hello'), 1);
    assert.equal(document.update(''), 0);
    assert.equal(document.text(), '');
  });

  it('refuses a range outside its text', async () => {
    const document = createTokenDocument(await encodings.load('gpt2'), encodings.seams, 'text');
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0, 5],
      [Number.NaN, 2],
    ] as const) {
      assert.throws(() => document.edit(start, end, ''), RangeError);
    }
    assert.equal(document.text(), 'text');
  });
});

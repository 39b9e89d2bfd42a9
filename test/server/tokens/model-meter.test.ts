/** What an editor shows of a text that is being written is what the text costs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { createModelMeters } from '../../../server/tokens/model-meter.ts';
import { createPartCounts } from '../../../server/tokens/part-counts.ts';
import { createOracle, texts } from './texts.ts';

const encodings = createEncodings();

test('the tokens of any stretch are those of the whole text', async () => {
  const encoding = await encodings.load('o200k_base');
  const meter = createModelMeters(encodings.seams)(encoding, 'gpt-5', false);
  const oracle = await createOracle('o200k_base');
  fc.assert(
    fc.property(texts(60), fc.nat(100), fc.nat(100), (text, one, other) => {
      const all = meter.pieces(text, 0, text.length);
      assert.equal(all.length, oracle(text).length);
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const within = all.filter((piece) => piece.start >= start && piece.start < end);
      assert.deepEqual(meter.pieces(text, start, end), within);
      const bytes = Buffer.concat(all.map((piece) => piece.bytes));
      assert.equal(bytes.toString('utf8'), text.toWellFormed());
    }),
    { numRuns: 100 },
  );
});

test('parts that are edited, added, moved and taken away have their fresh counts', async () => {
  const encoding = await encodings.load('o200k_base');
  const states = fc.array(fc.array(texts(8), { maxLength: 6 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(states, (versions) => {
      const counts = createPartCounts(encoding, encodings.seams);
      for (const parts of versions)
        assert.deepEqual(
          counts.count('a', parts, (part) => part),
          parts.map((part) => encoding.count(part)),
        );
    }),
    { numRuns: 100 },
  );
});

test('a part that is as it was is not read again', async () => {
  const encoding = await encodings.load('o200k_base');
  const counts = createPartCounts(encoding, encodings.seams);
  const read: string[] = [];
  const note = (part: string) => {
    read.push(part);
    return part;
  };
  counts.count('a', ['one', 'two', 'three'], note);
  counts.count('a', ['one', 'two!', 'three'], note);
  counts.count('a', ['zero', 'one', 'two!', 'three'], note);
  counts.count('b', ['one'], note);
  assert.deepEqual(read, ['one', 'two', 'three', 'two!', 'zero', 'one']);
});

/** Reading a token table in js-tiktoken's form. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeRanks, hashBytes, NO_TOKEN } from '../../../server/tokens/ranks.ts';
import { publishedTable, TABLE_NAMES } from './texts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a token table', () => {
  it('finds tokens by their bytes, across lines and gaps', () => {
    const table = decodeRanks(`! 0 ${base64('a')} ${base64('bc')}\n! 5 ${base64('déf')}\n`);
    const find = (text: string): number => table.find(bytes(text), 0, bytes(text).length);
    assert.deepEqual(['a', 'bc', 'déf', 'b', 'abc', 'def', ''].map(find), [
      0,
      1,
      5,
      NO_TOKEN,
      NO_TOKEN,
      NO_TOKEN,
      NO_TOKEN,
    ]);
    assert.equal(table.longest, 4);
    assert.equal(table.find(bytes('xbcx'), 1, 3), 1);
    assert.equal(Buffer.from(table.bytesOf(5)).toString(), 'déf');
    assert.equal(table.bytesOf(3).length, 0);
    assert.equal(table.bytesOf(99).length, 0);
  });

  it('refuses another form', () => {
    for (const text of ['YQ== 0', '! x YQ==', '! 3 YQ==\n! 1 Yg==']) {
      assert.throws(() => decodeRanks(text), /not in the form/, text);
    }
  });

  it('hashes a slice as it hashes the same bytes elsewhere', () => {
    assert.equal(hashBytes(bytes('xabcx'), 1, 4), hashBytes(bytes('abc'), 0, 3));
    assert.notEqual(hashBytes(bytes('abc'), 0, 3), hashBytes(bytes('acb'), 0, 3));
  });

  for (const name of TABLE_NAMES) {
    it(`holds every token of ${name}`, async () => {
      const { bpe_ranks: encoded } = await publishedTable(name);
      const table = decodeRanks(encoded);
      let tokens = 0;
      for (const line of encoded.split('\n').filter(Boolean)) {
        const [, offset, ...words] = line.split(' ');
        for (const [index, word] of words.entries()) {
          const token = Buffer.from(word, 'base64');
          const rank = table.find(token, 0, token.length);
          if (rank !== Number(offset) + index || !token.equals(table.bytesOf(rank)))
            assert.fail(`token ${word}`);
          tokens++;
        }
      }
      assert.ok(tokens > 50_000);
    });
  }
});

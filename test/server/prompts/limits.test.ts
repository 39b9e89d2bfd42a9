/** What is refused before it costs anything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkPromptSize, decodeUtf8 } from '../../../server/prompts/limits.ts';

/** Messages with these contents and a limit in megabytes: refused with this size, or null for not. */
function checkSize(sentence: string, contents: readonly string[], limit: number, refused: string | null) {
  test(sentence, () => {
    const messages = contents.map((content) => ({ role: 'user', content }) as const);
    const size = () => checkPromptSize(messages, { promptLimitMegabytes: limit });
    if (refused === null) size();
    else
      assert.throws(size, {
        code: 'promptTooLarge',
        message: new RegExp(`^The prompt has ${refused} MB, more`),
      });
  });
}

checkSize('a prompt of exactly the limit is sent', ['a'.repeat(1000)], 0.001, null);
checkSize('a prompt above the limit is refused with its size', ['a'.repeat(2_340_000)], 2, '2\\.3');
checkSize('the size is never shown as the limit itself', ['a'.repeat(2_000_100)], 2, '2\\.0001');
checkSize('bytes count, not characters', ['é'.repeat(501)], 0.001, '0\\.001002');
checkSize('all messages count together', ['a'.repeat(600), 'a'.repeat(600)], 0.001, '0\\.0012');

/** Bytes of a file: its text, or null for a refusal. */
function checkDecoded(sentence: string, bytes: readonly number[], text: string | null) {
  test(sentence, () => {
    const decode = () => decodeUtf8(Uint8Array.from(bytes), 'a.prompt.md');
    if (text === null)
      assert.throws(decode, { code: 'notUtf8', message: /^a\.prompt\.md is not UTF-8 text\./ });
    else assert.equal(decode(), text);
  });
}

checkDecoded('UTF-8 is read', [0x68, 0xc3, 0xa9], 'hé');
checkDecoded('a byte order mark is dropped', [0xef, 0xbb, 0xbf, 0x68], 'h');
checkDecoded('no bytes are no text', [], '');
checkDecoded('Latin-1 is refused', [0x68, 0xe9, 0x68], null);
checkDecoded('a character that is cut off is refused', [0x68, 0xc3], null);
checkDecoded('UTF-16, little end first, is refused', [0xff, 0xfe, 0x68, 0x00], null);
checkDecoded('UTF-16, big end first, is refused', [0xfe, 0xff, 0x00, 0x68], null);

test('every text comes back from its bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!text.startsWith('\uFEFF'));
      assert.equal(decodeUtf8(new TextEncoder().encode(text), 'a'), text);
    }),
  );
});

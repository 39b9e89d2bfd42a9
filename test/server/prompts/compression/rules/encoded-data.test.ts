import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { base64Blobs } from '../../../../../server/prompts/compression/rules/base64-blobs.ts';
import { longHashes } from '../../../../../server/prompts/compression/rules/long-hashes.ts';
import { findings } from './properties.ts';

const BYTES = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 167 + 13) % 256));
const BASE64 = BYTES.toString('base64');

const stretches = (text: string) =>
  findings(base64Blobs, text).map(({ start, end }) => text.slice(start, end));

describe('Encoded data in a prompt', () => {
  it('is pointed out in prose and in code, on one line and on several, with what it takes', () => {
    const lines = BASE64.replaceAll(/.{76}/g, '$&\n');
    for (const [written, text] of [
      [BASE64, `Decode ${BASE64} please.`],
      [BASE64, `\`\`\`\n${BASE64}\n\`\`\``],
      [BYTES.toString('base64url'), `The token is ${BYTES.toString('base64url')}.`],
      [lines, `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`],
    ] as const)
      assert.deepEqual(stretches(text), [written], text.slice(0, 40));
    assert.match(findings(base64Blobs, BASE64)[0]?.message ?? '', /takes \d+ tokens: attach it as a file/);
  });

  it('is pointed out once as a data URL, base64 or not', () => {
    const url = `data:image/png;base64,${BASE64}`;
    const svg = `data:image/svg+xml;utf8,${'%3Cpath%20d=%22M0%200%22/%3E'.repeat(8)}`;
    assert.deepEqual(stretches(`![a](${url})`), [url]);
    assert.deepEqual(stretches(`<img src="${svg}">`), [svg]);
  });

  it('is no path, no long word, no short token and no URL', () => {
    for (const text of [
      `src/${'components/Button2/'.repeat(20)}index.ts`,
      'x'.repeat(500),
      BASE64.slice(0, 120),
      `https://example.org/${'Some-Page9/'.repeat(30)}`,
      `${'A'.repeat(250)}b1`,
    ])
      assert.deepEqual(stretches(text), [], text.slice(0, 40));
  });

  it('is pointed out as a hash from 40 digits on, also within code', () => {
    const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    const text = `Compare \`${sha256}\` with 0x${sha256}.`;
    const found = findings(longHashes, text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(found, [sha256, `0x${sha256}`]);
    assert.deepEqual(findings(longHashes, `${'a'.repeat(64)} and x${sha256}_1`), []);
  });
});

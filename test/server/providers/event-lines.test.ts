/** Events without data are none, however their bytes arrive; all other bytes stay as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEventLines } from '../../../server/providers/event-lines.ts';

/** What stays of `text` where its bytes come in pieces of these sizes, the last one as often as it takes. */
function stays(text: string, sizes: readonly number[] = [Number.POSITIVE_INFINITY]): string {
  const accept = createEventLines();
  const bytes = Buffer.from(text);
  const kept: Uint8Array[] = [];
  for (let start = 0, piece = 0; start < bytes.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1;
    kept.push(Uint8Array.from(accept(Uint8Array.from(bytes.subarray(start, start + size)))));
    start += size;
  }
  return Buffer.concat(kept).toString();
}

const cases: readonly (readonly [string, string, string])[] = [
  ['a name without data', 'event: ping\n\ndata: {}\n\n', '\ndata: {}\n\n'],
  ['a name with data', 'event: chunk\ndata: {}\n\n', 'data: {}\n\n'],
  ['a name after its data', 'data: {}\nevent:chunk\n\n', 'data: {}\n\n'],
  ['a name without a name', 'event\nevent:\n\n', '\n'],
  ['empty data', 'data:\n\ndata: \t\n\ndata\n\n', '\n\n\n'],
  ['empty data within a value', 'data: [\ndata:\ndata: ]\n\n', 'data: [\ndata: ]\n\n'],
  ['lines that end as on Windows', 'event: ping\r\n\r\ndata:\r\ndata: 1\r\n\r\n', '\r\ndata: 1\r\n\r\n'],
  ['the end of a stream within such a line', 'data: 1\n\nevent: pi', 'data: 1\n\n'],
];
for (const [what, text, expected] of cases)
  test(`${what} leaves nothing behind, in whatever pieces it comes`, () => {
    for (const size of [1, 2, 3, 5, 7, 1000]) assert.equal(stays(text, [size]), expected);
  });

for (const text of [
  'data: {"a":1}\n\ndata: [DONE]\n\n',
  'event: error\ndata: {"message":"no"}\n\n',
  'event:error\r\n\r\n',
  ': event: ping\n\nid: 1\nretry: 5\neventually: 1\ndatabase: 2\n\n',
  'data: event: ping\\ndata:\n\n',
  `event: ${'e'.repeat(2000)}\n\n`,
  `data: ${' '.repeat(2000)}\n\n`,
  '{"error":1}',
])
  test(`${JSON.stringify(text.slice(0, 40))} stays as it is`, () => {
    for (const size of [1, 2, 3, 5, 7, 5000]) assert.equal(stays(text, [size]), text);
  });

test('bytes that stay are not even copied', () => {
  const bytes = Buffer.from('data: {"choices":[]}\n\n: ping\n\ndata: {"cho');
  assert.equal(createEventLines()(bytes), bytes);
});

test('what stays does not depend on where the bytes are cut', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      'event: ping',
      'event: error',
      'event',
      'data',
      'data:',
      'data: \r',
      'data: {"a":1}',
      'e',
    ),
    fc.string({ unit: fc.constantFrom('e', 'v', 'd', 'a', 't', ':', ' ', '\r', '{'), maxLength: 9 }),
  );
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => `${lines.join('\n')}\n`),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (text, sizes) => assert.equal(stays(text, sizes), stays(text)),
    ),
  );
});

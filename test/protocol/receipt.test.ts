import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addMoney, formatMoney, NANO_PER_DOLLAR } from '../../protocol/money.ts';
import {
  formatDuration,
  formatInAndOut,
  formatReceipt,
  formatTokens,
  NO_USAGE,
  type Receipt,
} from '../../protocol/receipt.ts';
import { aReceipt } from '../client/receipts.ts';

for (const [nano, text] of [
  [0, '$0'],
  [1, '$0.000000001'],
  [419_000, '$0.000419'],
  [1_230_000, '$0.00123'],
  [50_000_000, '$0.05'],
  [123_456_789, '$0.123'],
  [246_500, '$0.000247'],
  [281_500, '$0.000282'],
  [1_005_000_000, '$1.01'],
  [999_999_999, '$1.00'],
  [NANO_PER_DOLLAR, '$1.00'],
  [1234.5 * NANO_PER_DOLLAR, '$1,234.50'],
  [-1_230_000, '-$0.00123'],
  [null, 'price unknown'],
] as const) {
  test(`${nano} nano-dollars are written ${text}`, () => assert.equal(formatMoney(nano), text));
}

test('a written amount is never off by more than half of its last digit, and only nothing is written as $0', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e15 }), (nano) => {
      const text = formatMoney(nano);
      assert.notEqual(text, '$0');
      const digits = text.slice(1).replaceAll(',', '');
      const decimals = digits.split('.')[1]?.length ?? 0;
      const tolerance = Math.max(0.5 * 10 ** -decimals, (nano / NANO_PER_DOLLAR) * 0.005);
      assert.ok(
        Math.abs(Number(digits) - nano / NANO_PER_DOLLAR) <= tolerance * 1.000001,
        `${nano} as ${text}`,
      );
    }),
  );
});

test('a sum with an unknown part is unknown', () => {
  assert.equal(addMoney(1, 2), 3);
  assert.equal(addMoney(null, 2), null);
  assert.equal(addMoney(1, null), null);
});

test('tokens and durations are written the same everywhere', () => {
  assert.equal(formatTokens(1234567), '1,234,567');
  assert.equal(formatTokens(999, true), '≈999');
  assert.deepEqual([0.4, 999.4, 2100, 59_940, 59_960, 185_000].map(formatDuration), [
    '0 ms',
    '999 ms',
    '2.1 s',
    '59.9 s',
    '1 min 00 s',
    '3 min 05 s',
  ]);
});

const receipt = aReceipt({
  usage: { ...NO_USAGE, inputTokens: 2000, cachedInputTokens: 1024, outputTokens: 300 },
  cost: { nano: 869_600, priceVersion: 'genai-prices@0' },
});
const line = (changes: Partial<Receipt>) => formatReceipt({ ...receipt, ...changes });

test('the line under an answer says model, tokens, cost and time', () => {
  assert.equal(line({}), 'gpt-5-mini · 2,000 in (1,024 cached) · 300 out · $0.00087 · 2.1 s');
});

test('a shared answer costs nothing, or what was paid before for one that failed', () => {
  const shared = { outcome: 'coalesced', savedNano: 869_600, totalMs: 1 } as const;
  const paid = (nano: number) => line({ ...shared, cost: { nano, priceVersion: null } });
  assert.equal(paid(0), 'gpt-5-mini · shared, $0, saved $0.00087 · 1 ms');
  assert.equal(paid(1000), 'gpt-5-mini · shared, $0.000001, saved $0.00087 · 1 ms');
});

test('a call that was not sent has no tokens, and says so in one way', () => {
  assert.equal(
    line({ outcome: 'refused', usage: NO_USAGE, cost: { nano: 0, priceVersion: null }, totalMs: 3 }),
    'gpt-5-mini · no tokens · $0 · refused · 3 ms',
  );
  assert.deepEqual(
    [formatInAndOut(NO_USAGE), formatInAndOut(receipt.usage)],
    ['no tokens', '2,000 in, 300 out'],
  );
});

test('the line says what is not ordinary', () => {
  const cached = { outcome: 'cached', savedNano: 869_600, totalMs: 1 } as const;
  assert.equal(line(cached), 'gpt-5-mini · cached, $0, saved $0.00087 · 1 ms');
  assert.equal(line({ ...cached, savedNano: null }), 'gpt-5-mini · cached, $0, price unknown · 1 ms');
  assert.match(line({ simulated: true, provider: 'Demo' }), /^Demo \(simulated\) · gpt-5-mini · /);
  assert.match(line({ outcome: 'aborted' }), / · cancelled · /);
  assert.match(line({ finishReason: 'length' }), / · cut at the output limit · /);
  assert.match(line({ cost: { nano: null, priceVersion: null } }), / · price unknown · /);
  const counted = { ...receipt.usage, source: 'counted', approximate: true } as const;
  assert.match(line({ usage: counted }), /≈2,000 in .* · ≈300 out \(counted by Farthing\)/);
});

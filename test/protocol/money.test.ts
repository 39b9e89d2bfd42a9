import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMoney, NANO_PER_DOLLAR, parseMoney } from '../../protocol/money.ts';

test('money is read as people type it, to the nano-dollar', () => {
  const cases: readonly [string, number][] = [
    ['5', 5_000_000_000],
    ['$5.00', 5_000_000_000],
    [' $ 5 ', 5_000_000_000],
    ['5 $', 5_000_000_000],
    ['0.50', 500_000_000],
    ['.5', 500_000_000],
    ['0.1', 100_000_000],
    ['0.000000001', 1],
    ['1,234.56', 1_234_560_000_000],
    ['1234567', 1_234_567_000_000_000],
    ['0', 0],
  ];
  for (const [typed, nano] of cases) assert.equal(parseMoney(typed), nano, typed);
});

test('what could be misread is not read at all', () => {
  for (const typed of [
    '',
    '$',
    '.',
    '5.',
    'five',
    '-5',
    '1e3',
    '0,50',
    '1,00',
    '1.234,56',
    '0.0000000001',
    '5 €',
    '9999999999',
  ])
    assert.equal(parseMoney(typed), null, typed);
});

test('every amount is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (nano) => {
      const text = `${Math.floor(nano / NANO_PER_DOLLAR)}.${String(nano % NANO_PER_DOLLAR).padStart(9, '0')}`;
      return parseMoney(text) === nano;
    }),
  );
});

test('an amount of whole cents is read as formatMoney writes it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 900_000_000 }),
      (cents) => parseMoney(formatMoney(cents * 10_000_000)) === cents * 10_000_000,
    ),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceOrigin } from '../../protocol/price-date.ts';
import { TABLE_VERSION } from '../../server/prices/price-table.ts';

test('the version of the price table that is used has a day', () => {
  const origin = priceOrigin(TABLE_VERSION);
  assert.ok(origin.startsWith(`prices of ${TABLE_VERSION}, `), origin);
  assert.match(origin, /, 20\d\d-\d\d-\d\d$/);
});

test('prices from elsewhere say where they are from, and an unknown one what to do', () => {
  assert.equal(priceOrigin('settings'), 'prices of farthing.prices');
  assert.equal(priceOrigin(null), 'price unknown: set it in farthing.prices');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceDate, priceOrigin } from '../../protocol/price-date.ts';
import { TABLE_VERSION } from '../../server/prices/price-table.ts';

test('the version of the price table that is used has a day', () => {
  assert.match(priceDate(TABLE_VERSION) ?? '', /^20\d\d-\d\d-\d\d$/);
  assert.equal(priceOrigin(TABLE_VERSION), `prices of ${TABLE_VERSION}, ${priceDate(TABLE_VERSION)}`);
});

test('prices from elsewhere say where they are from, and an unknown one what to do', () => {
  assert.equal(priceOrigin('settings'), 'prices of farthing.prices');
  assert.equal(priceOrigin(null), 'price unknown: set it in farthing.prices');
});

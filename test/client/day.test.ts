import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfDay, startOfNextDay } from '../../client/day.ts';

test('a day begins and ends at local midnight', () => {
  const noon = new Date(2026, 4, 31, 12, 30).getTime();
  assert.equal(startOfDay(noon), new Date(2026, 4, 31).getTime());
  assert.equal(startOfNextDay(noon), new Date(2026, 5, 1).getTime());
});

test('midnight itself belongs to the day that it begins', () => {
  const midnight = new Date(2026, 0, 1).getTime();
  assert.equal(startOfDay(midnight), midnight);
  assert.equal(startOfNextDay(midnight), new Date(2026, 0, 2).getTime());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointInTime } from '../../../client/text/point-in-time.ts';

const at = (day: number, hour: number, minute: number) => new Date(2026, 2, day, hour, minute).getTime();

test('a time of the same day is a time, one of another day has its date', () => {
  assert.equal(pointInTime(at(5, 0, 7), at(5, 23, 0), 'en'), '00:07');
  assert.equal(pointInTime(at(5, 14, 5), at(5, 9, 0), 'de'), '14:05');
  assert.match(pointInTime(at(4, 23, 59), at(5, 0, 1), 'en'), /^Mar 4, 23:59$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BUDGET_WINDOWS } from '../../../protocol/budgets.ts';
import { createBudgetWindows } from '../../../server/storage/budget-windows.ts';

const windowOf = createBudgetWindows();
const iso = (at: number) => new Date(at).toISOString();

for (const [what, window, zone, at, start, end] of [
  ['a day in UTC', 'day', 'UTC', '2026-11-21T13:45:00Z', '2026-11-21T00:00', '2026-11-22T00:00'],
  ['a day east of it', 'day', 'Asia/Tokyo', '2026-11-21T15:00:00Z', '2026-11-21T15:00', '2026-11-22T15:00'],
  [
    'a day of 23 hours',
    'day',
    'Europe/Berlin',
    '2026-03-29T12:00:00Z',
    '2026-03-28T23:00',
    '2026-03-29T22:00',
  ],
  [
    'a day of 25 hours',
    'day',
    'Europe/Berlin',
    '2026-10-25T12:00:00Z',
    '2026-10-24T22:00',
    '2026-10-25T23:00',
  ],
  [
    'a day without a midnight',
    'day',
    'America/Santiago',
    '2026-09-06T12:00:00Z',
    '2026-09-06T04:00',
    '2026-09-07T03:00',
  ],
  [
    'a day that is three quarters off',
    'day',
    'Asia/Kathmandu',
    '2026-11-21T18:15:00Z',
    '2026-11-21T18:15',
    '2026-11-22T18:15',
  ],
  ['a week, from Monday', 'week', 'UTC', '2026-11-22T23:59:59Z', '2026-11-16T00:00', '2026-11-23T00:00'],
  [
    'a week in which clocks change',
    'week',
    'America/New_York',
    '2026-11-01T12:00:00Z',
    '2026-10-26T04:00',
    '2026-11-02T05:00',
  ],
  ['a month', 'month', 'Europe/Berlin', '2026-10-31T23:30:00Z', '2026-10-31T23:00', '2026-11-30T23:00'],
  ['February of a leap year', 'month', 'UTC', '2028-02-29T12:00:00Z', '2028-02-01T00:00', '2028-03-01T00:00'],
  ['an hour', 'hour', 'Asia/Kolkata', '2026-11-21T13:45:00Z', '2026-11-21T13:30', '2026-11-21T14:30'],
  [
    'the first of two equal hours',
    'hour',
    'Europe/Berlin',
    '2026-10-25T00:30:00Z',
    '2026-10-25T00:00',
    '2026-10-25T01:00',
  ],
  [
    'the second of two equal hours',
    'hour',
    'Europe/Berlin',
    '2026-10-25T01:30:00Z',
    '2026-10-25T01:00',
    '2026-10-25T02:00',
  ],
  [
    'half an hour that comes again',
    'hour',
    'Australia/Lord_Howe',
    '2026-04-04T15:10:00Z',
    '2026-04-04T15:00',
    '2026-04-04T15:30',
  ],
  ['a minute', 'minute', 'UTC', '2026-11-21T13:45:59.999Z', '2026-11-21T13:45', '2026-11-21T13:46'],
] as const)
  test(`${what} begins and ends with the clock on the wall`, () => {
    const found = windowOf(window, zone, Date.parse(at));
    assert.deepEqual([iso(found.start), iso(found.end)], [`${start}:00.000Z`, `${end}:00.000Z`]);
  });

test('windows follow each other without a gap and contain their moment, in every zone', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Africa/Casablanca',
    'Pacific/Apia',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...BUDGET_WINDOWS),
      fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2032, 0, 1) }),
      (zone, window, at) => {
        const fresh = createBudgetWindows();
        const { start, end } = fresh(window, zone, at);
        assert.ok(
          start <= at && at < end,
          `${window} of ${iso(at)} in ${zone}: ${iso(start)} to ${iso(end)}`,
        );
        assert.deepEqual(createBudgetWindows()(window, zone, start), { start, end });
        assert.deepEqual(createBudgetWindows()(window, zone, end - 1), { start, end });
        assert.equal(createBudgetWindows()(window, zone, end).start, end);
        assert.equal(createBudgetWindows()(window, zone, start - 1).end, start);
      },
    ),
    { numRuns: 200 },
  );
});

test('days, weeks and months begin with a date, which the moment before does not have', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const dates = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format,
    ]),
  );
  const begins = {
    day: () => true,
    week: (date: string) => new Date(`${date}T00:00Z`).getUTCDay() === 1,
    month: (date: string) => date.endsWith('-01'),
  } as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom('day', 'week', 'month'),
      fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2032, 0, 1) }),
      (zone, window, at) => {
        const date = dates.get(zone) ?? assert.fail();
        const { start, end } = createBudgetWindows()(window, zone, at);
        assert.ok(begins[window](date(start)), `${window} in ${zone} begins on ${date(start)}`);
        assert.notEqual(date(start - 1), date(start));
        assert.notEqual(date(end - 1), date(end));
        if (window === 'day') assert.equal(date(end - 1), date(start));
      },
    ),
    { numRuns: 300 },
  );
});

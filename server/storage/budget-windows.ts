/** Calendar windows in a time zone: when the hour, day, week or month of a moment begins and ends. */
import type { BudgetWindow } from '../../protocol/budgets.ts';

/** From `start`, which is in it, to `end`, which is in the next; epoch milliseconds. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** No zone is further from UTC. */
const FURTHEST = 15 * HOUR;

/**
 * Finds windows. They follow each other without a gap: a day is 23 or 25 hours long where clocks are changed, and begins
 * with its first moment where midnight is skipped. A week begins on Monday (ISO 8601). Zones are IANA names.
 */
export function createBudgetWindows(): (window: BudgetWindow, timeZone: string, at: number) => TimeWindow {
  const zones = new Map<string, Zone>();
  const known = new Map<string, TimeWindow>();
  return (window, timeZone, at) => {
    const key = `${window} ${timeZone}`;
    const last = known.get(key);
    if (last !== undefined && last.start <= at && at < last.end) return last;
    let zone = zones.get(timeZone);
    if (zone === undefined) {
      zone = createZone(timeZone);
      zones.set(timeZone, zone);
    }
    const found = find(window, zone, at);
    known.set(key, found);
    return found;
  };
}

function find(window: BudgetWindow, zone: Zone, at: number): TimeWindow {
  if (window === 'minute') return clockWindow(zone, at, MINUTE);
  if (window === 'hour') return clockWindow(zone, at, HOUR);
  const date = new Date(zone.wallAt(at));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const monday = day - ((date.getUTCDay() + 6) % 7);
  const [from, to] = {
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
    week: [Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7)],
    month: [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)],
  }[window] as [number, number];
  return { start: zone.firstAt(from), end: zone.firstAt(to) };
}

/** The minute or hour on the clock; where the clock is changed within one, it is two. */
function clockWindow(zone: Zone, at: number, length: number): TimeWindow {
  const offset = zone.offsetAt(at);
  const start = Math.floor((at + offset) / length) * length - offset;
  const end = start + length;
  return {
    start: zone.offsetAt(start) === offset ? start : zone.changeBetween(start, at),
    end: zone.offsetAt(end - 1) === offset ? end : zone.changeBetween(at, end - 1),
  };
}

/** A time zone. What the clock on the wall shows is given as if it were UTC. */
interface Zone {
  wallAt(at: number): number;
  offsetAt(at: number): number;
  /** The first moment at which the clock shows `wall` or later. */
  firstAt(wall: number): number;
  /** The first moment after `before` with another offset than there; one is known to be there until `after`. */
  changeBetween(before: number, after: number): number;
}

function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wallAt = (at: number) => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (at - Math.floor(at / 1000) * 1000);
  };
  const offsetAt = (at: number) => wallAt(at) - at;
  const changeBetween = (before: number, after: number) => {
    const offset = offsetAt(before);
    return firstWhere(before, after, (at) => offsetAt(at) !== offset);
  };
  return {
    wallAt,
    offsetAt,
    changeBetween,
    firstAt(wall) {
      const offsets = [offsetAt(wall - DAY), offsetAt(wall + DAY)];
      const exact = offsets.map((offset) => wall - offset).filter((at) => wallAt(at) === wall);
      if (exact.length > 0) return Math.min(...exact);
      // Skipped: the clock goes from before it to after it at one moment.
      return firstWhere(wall - FURTHEST, wall + FURTHEST, (at) => wallAt(at) >= wall);
    },
  };
}

/** The first whole millisecond after `before`, and at most `after`, at which it holds, by halving. */
function firstWhere(before: number, after: number, holds: (at: number) => boolean): number {
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

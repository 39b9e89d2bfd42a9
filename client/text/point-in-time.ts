/** Points in time as people write them. Times are epoch milliseconds. */
import { startOfDay } from '../day.ts';

/** "14:05" for a time of the day of `now`, else with its date, in the language of `locale`. */
export function pointInTime(at: number, now: number, locale: string): string {
  const sameDay = startOfDay(at) === startOfDay(now);
  return new Intl.DateTimeFormat(locale, {
    ...(sameDay ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

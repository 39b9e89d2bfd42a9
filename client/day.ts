/** Days as the user's own clock and time zone have them. Times are epoch milliseconds. */

/** The midnight at which the day of `now` began. */
export function startOfDay(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** The midnight at which the next day begins; a day with a clock change has 23 or 25 hours. */
export function startOfNextDay(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

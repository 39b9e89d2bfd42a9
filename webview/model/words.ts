/** Wording that several parts of the panel share. Money, tokens and durations come from the protocol's formatters. */
import { formatMoney, groupThousands, type NanoDollars } from '../../protocol/money.ts';

/** What the panel says for simulated calls, in the chart and in the list. */
export const DEMO = 'Demo';

/** "1 call", "1,234 calls". */
export function countOf(count: number, noun: string): string {
  return `${groupThousands(String(count))} ${noun}${count === 1 ? '' : 's'}`;
}

/** "61 %" of a share from 0 to 1. Only a true none and a true whole read as "0 %" and "100 %". */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %';
  if (share < 1 && share >= 0.995) return '>99 %';
  return `${Math.round(share * 100)} %`;
}

/** A sum of which a part may be unknown: "$0.0123", "≥ $0.0123" or "price unknown". Never zero for unknown. */
export function formatAtLeast(spend: NanoDollars | null, knownSpend: NanoDollars): string {
  if (spend !== null) return formatMoney(spend);
  return knownSpend > 0 ? `≥ ${formatMoney(knownSpend)}` : formatMoney(null);
}

/** Local "14:03", or "3 Jun, 14:03" on another day than `now`; both in epoch milliseconds. */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const time = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  return isSameDay(at, now) ? time : `${formatDay(date)}, ${time}`;
}

/** "today", or "since 3 Jun" when the figures begin on another day than `now`. */
export function periodOf(since: number, now: number): string {
  return isSameDay(since, now) ? 'today' : `since ${formatDay(new Date(since))}`;
}

/** As much of a text as fits, its end replaced by an ellipsis; widths in pixels. */
export function shortened(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  for (let length = text.length - 1; length > 0; length -= 1) {
    const candidate = `${text.slice(0, length)}…`;
    if (widthOf(candidate) <= room) return candidate;
  }
  return '…';
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

const formatDay = (date: Date): string =>
  `${date.getDate()} ${date.toLocaleString('en', { month: 'short' })}`;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

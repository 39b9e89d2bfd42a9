/** The icon of each outcome, drawn as strokes in the text's colour. The text beside it says the same. */
import type { Outcome } from '../../protocol/receipt.ts';
import { type Described, element } from '../dom.ts';

/** Strokes on a square of 16. */
const STROKES: Readonly<Record<Outcome, string>> = {
  answered: 'M3 8.5 6.5 12 13 4.5',
  cached: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  coalesced: 'M3 3.5c0 4 5 2.5 5 6.5v4M13 3.5c0 4-5 2.5-5 6.5',
  refused: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5M3.6 3.6l8.8 8.8',
  failed: 'M4 4l8 8M12 4l-8 8',
  aborted: 'M4 4h8v8H4z',
  running: 'M8 1.75A6.25 6.25 0 1 0 14.25 8M8 4.5V8l2.5 1.5',
  interrupted: 'M2 8h4M10 8h4M7 4.5v7M9 4.5v7',
};

/** The icon; hidden from assistive technology, since the outcome's text stands beside it. */
export function outcomeIcon(outcome: Outcome): Described {
  return element(
    'svg',
    { class: `icon ${outcome}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    element('path', { d: STROKES[outcome] }),
  );
}

/** What the panel shows for a state: every text, figure and order, decided here without a browser. */
import type { PanelState } from '../protocol/panel-messages.ts';
import { type CallRow, callsOf } from './model/calls.ts';
import { type FiguresView, figuresOf } from './model/figures.ts';
import { daemonNotice, keyNotice, NO_CALLS, type Notice } from './model/notices.ts';
import { type SpendView, spendOf } from './model/spend.ts';

/** The panel from top to bottom. At least one part is always there: the panel is never blank. */
export interface PanelView {
  readonly notices: readonly Notice[];
  readonly figures: FiguresView | null;
  readonly spend: SpendView | null;
  readonly calls: readonly CallRow[];
  /** What may wait, below everything else. */
  readonly footnotes: readonly Notice[];
}

/** The view of a state; `now` in epoch milliseconds. */
export function viewOf(state: PanelState, now: number): PanelView {
  const { summary } = state;
  // Providers are known once the daemon has answered.
  const key = summary === null ? null : keyNotice(state.providers);
  const empty =
    summary !== null &&
    summary.real.calls + summary.simulated.calls === 0 &&
    summary.byModel.length === 0 &&
    summary.recent.length === 0;
  const urgentKey = key?.tone === 'warning' ? key : null;
  // Running a prompt is no use without a key, nor without a daemon: one next step at a time.
  const canRun = state.daemon === 'running' && urgentKey === null;
  const shown = empty ? null : summary;
  return {
    notices: present([daemonNotice(state), urgentKey, empty && canRun ? NO_CALLS : null]),
    figures: shown === null ? null : figuresOf(shown, state.baseline, now),
    spend: shown === null ? null : spendOf(shown, now),
    calls: shown === null ? [] : callsOf(shown, now),
    footnotes: present([key?.tone === 'info' ? key : null]),
  };
}

const present = (notices: readonly (Notice | null)[]): readonly Notice[] =>
  notices.filter((notice) => notice !== null);

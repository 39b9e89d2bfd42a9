/** What the webview keeps across a reload, so that it can paint before the extension answers. */
import { type PanelState, parseToPanel } from '../protocol/panel-messages.ts';

/** What the user opened and where the focus is; the extension knows nothing of it. */
export interface UserState {
  readonly tableOpen: boolean;
  /** The call that Tab leads to; null for the first. */
  readonly activeCall: string | null;
  /** Calls whose details are open. */
  readonly openCalls: readonly string[];
}

export interface SavedState {
  /** Raised when the shape of a summary changes: an older one is then dropped, not misread. */
  readonly shape: typeof SHAPE;
  readonly panel: PanelState | null;
  readonly user: UserState;
}

const SHAPE = 3;

/** What is kept for next time. */
export function savedStateOf(panel: PanelState | null, user: UserState): SavedState {
  return { shape: SHAPE, panel, user };
}

/** What was kept, or a fresh start when there is nothing that can be read. */
export function parseSavedState(raw: unknown): SavedState {
  const fresh = savedStateOf(null, { tableOpen: false, activeCall: null, openCalls: [] });
  if (typeof raw !== 'object' || raw === null) return fresh;
  const { shape, panel, user } = raw as Readonly<Record<string, unknown>>;
  if (shape !== SHAPE || typeof user !== 'object' || user === null) return fresh;
  const message = parseToPanel({ type: 'state', state: panel });
  return { shape: SHAPE, panel: message?.state ?? null, user: parseUserState(user as RawUserState) };
}

type RawUserState = Readonly<Partial<Record<keyof UserState, unknown>>>;

function parseUserState({ tableOpen, activeCall, openCalls }: RawUserState): UserState {
  return {
    tableOpen: tableOpen === true,
    activeCall: typeof activeCall === 'string' ? activeCall : null,
    openCalls: Array.isArray(openCalls) ? openCalls.filter((id) => typeof id === 'string') : [],
  };
}

/** Messages between the panel's webview and the extension, checked on both sides. */
import type { ProviderState, Summary } from './messages.ts';

/** How the daemon is, as far as the panel shows it. */
export type DaemonState = 'starting' | 'running' | 'restarting' | 'stopped';

/** Everything the panel draws; the webview holds no truth of its own. */
export interface PanelState {
  readonly daemon: DaemonState;
  /** Why the daemon is stopped, for a person; null when it runs. */
  readonly problem: string | null;
  readonly providers: readonly ProviderState[];
  /** Null until the first summary came. */
  readonly summary: Summary | null;
  /** The setting farthing.baseline: what "saved" is measured against; "" for the model that each call asked for. */
  readonly baseline: string;
}

/** Extension to webview. */
export type ToPanel = { readonly type: 'state'; readonly state: PanelState };

/** Webview to extension. */
export type FromPanel =
  | { readonly type: 'ready' }
  /** A command of the panel's buttons; only these are accepted. */
  | { readonly type: 'command'; readonly command: PanelCommand }
  /** All that the ledger has on a call of the list is to be shown. */
  | { readonly type: 'showCall'; readonly callId: string };

/** Commands that a button of the panel may run. */
export const PANEL_COMMANDS = [
  'farthing.setUpProvider',
  'farthing.setKey',
  'farthing.restartDaemon',
  'farthing.openLog',
  'farthing.runPrompt',
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

/** Ids of calls are UUIDs; some room for those of other clients. */
const LONGEST_ID = 100;

/** A message from the webview, or null when it is none of ours. */
export function parseFromPanel(raw: unknown): FromPanel | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { type, command, callId } = raw as Readonly<Record<string, unknown>>;
  if (type === 'ready') return { type };
  if (type === 'showCall')
    return typeof callId === 'string' && callId !== '' && callId.length <= LONGEST_ID
      ? { type, callId }
      : null;
  const known = PANEL_COMMANDS.find((candidate) => candidate === command);
  return type === 'command' && known !== undefined ? { type, command: known } : null;
}

/** A message from the extension, or null when it is none of ours. */
export function parseToPanel(raw: unknown): ToPanel | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { type, state } = raw as Readonly<Record<string, unknown>>;
  return type === 'state' && typeof state === 'object' && state !== null ? (raw as ToPanel) : null;
}

/** What the panel says when there is something to do: no key, no daemon, no calls. */
import type { ProviderState } from '../../protocol/messages.ts';
import type { PanelCommand, PanelState } from '../../protocol/panel-messages.ts';

export interface NoticeAction {
  readonly label: string;
  readonly command: PanelCommand;
}

export interface Notice {
  readonly id: string;
  readonly tone: 'busy' | 'info' | 'warning' | 'error';
  readonly title: string;
  readonly text: string | null;
  /** True for what stays in sight however far the panel is scrolled. */
  readonly stays?: boolean;
  /** The first is the one to press. */
  readonly actions: readonly NoticeAction[];
}

/** How the daemon is, when it does not simply run; null when it does. */
export function daemonNotice(state: PanelState): Notice | null {
  const stays = state.summary !== null;
  const stale = stays ? 'The figures below are from before.' : null;
  if (state.daemon === 'starting')
    return { id: 'daemon', tone: 'busy', title: 'Starting the daemon…', text: stale, stays, actions: [] };
  if (state.daemon === 'restarting')
    return {
      id: 'daemon',
      tone: 'busy',
      title: 'Restarting the daemon…',
      text: stale,
      stays,
      actions: [OPEN_LOG],
    };
  if (state.daemon === 'stopped') {
    const problem = state.problem ?? 'Restart it to run prompts and see their cost.';
    const text = stale === null ? problem : `${problem} ${stale}`;
    return {
      id: 'daemon',
      tone: 'error',
      title: 'The daemon has stopped',
      text,
      stays,
      actions: [RESTART, OPEN_LOG],
    };
  }
  if (state.summary === null)
    return { id: 'daemon', tone: 'busy', title: 'Reading today’s calls…', text: null, actions: [OPEN_LOG] };
  return null;
}

/** Which providers wait for a key, or that there is none: a warning while nothing can run, else information. */
export function keyNotice(providers: readonly ProviderState[]): Notice | null {
  if (providers.length === 0) return NO_PROVIDER;
  const missing = providers.filter((provider) => provider.needsKey && provider.key === null);
  if (missing.length === 0) return null;
  const nothingRuns = missing.length === providers.length;
  const names = missing.map((provider) => provider.name).join(', ');
  return {
    id: 'key',
    tone: nothingRuns ? 'warning' : 'info',
    title: `No API key for ${names}`,
    text: nothingRuns ? 'Set it once to run prompts. It is kept in your system’s secret storage.' : null,
    actions: nothingRuns ? [SET_KEY, SET_UP] : [SET_KEY],
  };
}

/** Nothing can run before there is a provider. */
const NO_PROVIDER: Notice = {
  id: 'key',
  tone: 'warning',
  title: 'No provider yet',
  text: 'Choose where your models run: a server on this machine is free, others need a key.',
  actions: [{ label: 'Set Up Provider', command: 'farthing.setUpProvider' }],
};

/** The first thing to do in an empty panel. */
export const NO_CALLS: Notice = {
  id: 'empty',
  tone: 'info',
  title: 'No calls yet today',
  text: 'Open a *.prompt.md file and press Run. What it costs appears here.',
  actions: [{ label: 'Run Prompt', command: 'farthing.runPrompt' }],
};

const SET_KEY: NoticeAction = { label: 'Set API Key', command: 'farthing.setKey' };
const SET_UP: NoticeAction = { label: 'Set Up Another Provider', command: 'farthing.setUpProvider' };
const RESTART: NoticeAction = { label: 'Restart', command: 'farthing.restartDaemon' };
const OPEN_LOG: NoticeAction = { label: 'Open Log', command: 'farthing.openLog' };

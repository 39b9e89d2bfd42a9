/** The cost panel's view: what it draws, and when that is asked for again. */
import * as vscode from 'vscode';
import { MESSAGES, type ProviderState, type Summary } from '../../protocol/messages.ts';
import { coalesce } from '../coalesce.ts';
import { startOfDay, startOfNextDay } from '../day.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { createPanel } from './panel.ts';

const VIEW = 'farthing.panel';
const RECENT_CALLS = 20;
const REFRESH_MS = 100;

/** Registers the view. The daemon is asked only while it is visible. */
export function panelView(host: FeatureHost): vscode.Disposable {
  const { configuration, context, daemon, keys, log } = host;
  const changed = new vscode.EventEmitter<void>();
  let visible = false;
  let summary: Summary | null = null;
  let midnight: ReturnType<typeof setTimeout> | null = null;

  const ask = async () => {
    const since = startOfDay(Date.now());
    try {
      summary = await daemon.request(MESSAGES.summary, { since, recent: RECENT_CALLS });
      changed.fire();
    } catch (error) {
      // The state of the daemon says so in the panel already.
      log.debug(`summary: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const refresh = coalesce(() => {
    if (visible && daemon.state === 'running') void ask();
  }, REFRESH_MS);
  const waitForMidnight = () => {
    const now = Date.now();
    midnight = setTimeout(() => {
      refresh.request();
      waitForMidnight();
    }, startOfNextDay(now) - now);
  };
  waitForMidnight();

  const panel = createPanel({
    extensionUri: context.extensionUri,
    state: () => ({
      daemon: daemon.state,
      problem: daemon.problem?.message ?? null,
      providers: configuration.providers().map((provider) => withKey(host, provider)),
      summary,
      baseline: configuration.settings().baseline,
    }),
    onDidChange: changed.event,
    runCommand: (command) => void vscode.commands.executeCommand(command),
    showCall: (callId) => void vscode.commands.executeCommand('farthing.showCall', callId),
  });
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView: (view, resolveContext, token) => {
      const note = () => {
        visible = view.visible;
        refresh.request();
      };
      view.onDidChangeVisibility(note);
      view.onDidDispose(() => {
        visible = false;
      });
      note();
      return panel.resolveWebviewView(view, resolveContext, token);
    },
  };

  return disposeAll([
    changed,
    panel,
    refresh,
    { dispose: () => midnight !== null && clearTimeout(midnight) },
    vscode.window.registerWebviewViewProvider(VIEW, provider),
    vscode.commands.registerCommand('farthing.focusPanel', () =>
      vscode.commands.executeCommand(`${VIEW}.focus`),
    ),
    daemon.on(MESSAGES.ledgerChanged, () => refresh.request()),
    daemon.onDidChange(() => {
      changed.fire();
      refresh.request();
    }),
    configuration.onDidChange(() => changed.fire()),
    keys.onDidChange(() => changed.fire()),
  ]);
}

/** A key that was set or removed since the daemon last described its providers counts at once. */
function withKey({ keys }: FeatureHost, provider: ProviderState): ProviderState {
  const origin = keys.origin(provider.name);
  return origin === undefined ? provider : { ...provider, key: origin };
}

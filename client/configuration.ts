/** Gives every connection this window's settings, trust and workspace, and again whenever they change. */
import * as vscode from 'vscode';
import { type ConfigureParams, MESSAGES, type ProviderState } from '../protocol/messages.ts';
import { SETTINGS } from '../protocol/setting-definitions.ts';
import { parseSettings, type Settings } from '../protocol/settings.ts';
import type { Daemon, TypedRequest } from './daemon/connection.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';
import { explicitSettings } from './explicit-settings.ts';

/** The window's configuration as the daemon knows it. */
export interface Configuration extends Disposable {
  /** The settings at this moment. */
  settings(): Settings;
  /** Providers as the daemon last saw them; empty before it did. */
  providers(): readonly ProviderState[];
  /** Settings, trust or folders changed, or the daemon answered to a change. */
  readonly onDidChange: Event<void>;
}

/** Sends the configuration on each new connection and on each change, and tells the user once what is wrong in it. */
export function createConfiguration(daemon: Daemon, log: vscode.LogOutputChannel): Configuration {
  const changed = createEmitter<void>();
  const told = new Set<string>();
  // Many ask, and VS Code takes long to say each of them.
  let known: Settings | null = null;
  let providers: readonly ProviderState[] = [];

  const send = async (request: TypedRequest) => {
    const result = await request(MESSAGES.configure, readConfiguration());
    providers = result.providers;
    for (const { key, message } of result.problems) {
      if (told.has(message)) continue;
      told.add(message);
      void warn(key, message);
    }
    changed.fire();
  };
  const resend = () => {
    known = null;
    changed.fire();
    // A connection that is being set up may have read the old ones already, so only a stopped daemon is spared.
    if (daemon.state === 'stopped') return;
    send(daemon.request).catch((error: Error) => log.warn(`configure: ${error.message}`));
  };

  const parts = disposeAll([
    daemon.onConnect(send),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('farthing')) resend();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(resend),
    vscode.workspace.onDidChangeWorkspaceFolders(resend),
  ]);
  return {
    settings() {
      known ??= parseSettings(readSettings()).settings;
      return known;
    },
    providers: () => providers,
    onDidChange: changed.event,
    dispose: parts.dispose,
  };
}

function readConfiguration(): ConfigureParams {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return {
    settings: readSettings(),
    trusted: vscode.workspace.isTrusted,
    workspace: {
      name: vscode.workspace.name ?? null,
      folder: folder?.uri.scheme === 'file' ? folder.uri.fsPath : null,
    },
  };
}

/** The settings that somebody wrote by their keys, as plain values. */
function readSettings(): Record<string, unknown> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const configuration = vscode.workspace.getConfiguration('farthing', folder?.uri ?? null);
  return explicitSettings(SETTINGS, configuration);
}

async function warn(key: string, message: string): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  if ((await vscode.window.showWarningMessage(message, open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', key);
  }
}

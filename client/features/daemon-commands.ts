/** The daemon's commands: status, restart, stop, log. And one message when it is given up. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { MESSAGES } from '../../protocol/messages.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { statusLines } from '../text/daemon-text.ts';

/** Registers the commands and tells once when the daemon cannot be kept running. */
export function daemonCommands(host: FeatureHost): vscode.Disposable {
  const { daemon } = host;
  let stoppedByUser = false;
  const restart = () => {
    stoppedByUser = false;
    return daemon.restart();
  };
  const stop = () => {
    stoppedByUser = true;
    return daemon.stop();
  };
  let before = daemon.state;
  return disposeAll([
    vscode.commands.registerCommand('farthing.restartDaemon', restart),
    vscode.commands.registerCommand('farthing.stopDaemon', stop),
    vscode.commands.registerCommand('farthing.daemonStatus', () => showStatus(host).catch(showError)),
    vscode.commands.registerCommand('farthing.openLog', () => openLog(host).catch(showError)),
    daemon.onDidChange(() => {
      const gaveUp = daemon.state === 'stopped' && before !== 'stopped' && !stoppedByUser;
      before = daemon.state;
      if (gaveUp && daemon.problem !== null) showError(daemon.problem);
    }),
  ]);
}

async function showStatus({ daemon }: FeatureHost): Promise<void> {
  const status = await daemon.request(MESSAGES.status, {});
  const action = (label: string, command: string) => ({ label, command });
  const items: (vscode.QuickPickItem & { readonly command?: string })[] = [
    // The facts come first: Enter on what is chosen at the start must do nothing.
    ...statusLines(status).map(({ name, value }) => ({ label: name, description: value })),
    { label: vscode.l10n.t('Actions'), kind: vscode.QuickPickItemKind.Separator },
    action(`$(debug-restart) ${vscode.l10n.t('Restart')}`, 'farthing.restartDaemon'),
    action(`$(debug-stop) ${vscode.l10n.t('Stop')}`, 'farthing.stopDaemon'),
    action(`$(output) ${vscode.l10n.t('Open Log')}`, 'farthing.openLog'),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Farthing daemon'),
    placeHolder: vscode.l10n.t('One daemon serves all windows of this user.'),
  });
  if (chosen?.command !== undefined) await vscode.commands.executeCommand(chosen.command);
}

/** The daemon's own log, or this window's where there is none yet. */
async function openLog({ daemon, log }: FeatureHost): Promise<void> {
  const exists = await stat(daemon.logFile).then(
    () => true,
    () => false,
  );
  if (exists) await vscode.window.showTextDocument(vscode.Uri.file(daemon.logFile));
  else log.show();
}

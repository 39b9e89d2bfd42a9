/** The status bar item of the open prompt: tokens and cost of one run, or the model that answers. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { isPrompt } from '../last-editor.ts';
import { promptStatus } from '../text/status-text.ts';

/** Shows the item while a prompt is active and the setting allows it. */
export function statusBar({ configuration, daemon, estimates, runs }: FeatureHost): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('farthing.cost', vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t('Farthing: cost of the prompt');

  const draw = () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isPrompt(document) || !configuration.settings().statusBar) {
      item.hide();
      return;
    }
    const estimate = estimates.get(document);
    const running = runs.running().find(({ subject }) => subject.toString() === document.uri.toString());
    const status = promptStatus({
      preview: estimate?.preview ?? null,
      problem: estimate?.problem ?? null,
      running: running?.model ?? null,
      stopped: daemon.state === 'stopped' ? (daemon.problem?.message ?? '') : null,
    });
    if (status === null) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.command = status.command;
    item.tooltip = new vscode.MarkdownString(status.tooltip);
    item.accessibilityInformation = { label: status.label, role: 'button' };
    item.backgroundColor = status.warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    item.show();
  };
  draw();
  return disposeAll([
    item,
    vscode.window.onDidChangeActiveTextEditor(draw),
    configuration.onDidChange(draw),
    daemon.onDidChange(draw),
    estimates.onDidChange(draw),
    runs.onDidChangeRunning(draw),
  ]);
}

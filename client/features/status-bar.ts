/** The status bar item: tokens and cost of one run of the open prompt, and a budget that is near its limit. */
import * as vscode from 'vscode';
import { isLoaded } from '../counted-documents.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { isPrompt } from '../last-editor.ts';
import { createSelectionCount } from '../selection-count.ts';
import { nearestBudget, withBudget } from '../text/budget-alerts.ts';
import { loadedStatus, promptStatus, type StatusText } from '../text/status-text.ts';

/** Shows the item while a prompt is active or a budget is near its limit, and the setting allows it. */
export function statusBar(host: FeatureHost): vscode.Disposable {
  const { budgets, configuration, daemon, estimates, log, runs } = host;
  const item = vscode.window.createStatusBarItem('farthing.cost', vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t('Farthing: cost of the prompt');

  const selection = createSelectionCount(daemon, (error) => log.debug(`selection: ${error.message}`));

  const ofPrompt = (): StatusText | null => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined) return null;
    const estimate = estimates.get(document);
    if (isLoaded(document)) return loadedStatus(estimate?.preview ?? null, selection.get());
    if (!isPrompt(document)) return null;
    const running = runs.running().find(({ subject }) => subject.toString() === document.uri.toString());
    return promptStatus({
      preview: estimate?.preview ?? null,
      problem: estimate?.problem ?? null,
      estimatedWith: estimate?.estimatedWith,
      running: running?.model ?? null,
      stopped: daemon.state === 'stopped' ? (daemon.problem?.message ?? '') : null,
      selection: selection.get(),
    });
  };
  const draw = () => {
    const prompt = ofPrompt();
    // What a stopped daemon last said of the budgets may be over.
    const states = daemon.state === 'stopped' ? [] : (budgets.states() ?? []);
    // VS Code takes long to say the settings, and activation waits: only where there may be something to show.
    const settings = prompt === null && states.length === 0 ? null : configuration.settings();
    const near = settings?.budgetsEnabled === true ? nearestBudget(states) : null;
    const status = settings?.statusBar === true ? withBudget(prompt, near, vscode.l10n) : null;
    if (status === null) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.command = status.command;
    item.tooltip = tooltipOf(status);
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
    budgets.onDidChange(draw),
    runs.onDidChangeRunning(draw),
    selection,
    selection.onDidChange(draw),
  ]);
}

/** Its only link is the one to the budgets; whatever else looks like one is escaped. */
function tooltipOf({ tooltip }: StatusText): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(tooltip);
  markdown.isTrusted = { enabledCommands: ['farthing.showBudgets'] };
  return markdown;
}

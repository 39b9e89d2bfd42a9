/** The Budgets view: what is limited, how much of it is used, and when it begins anew. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { type BudgetLine, budgetNodes, linesBelow, lineText } from '../text/budget-nodes.ts';
import { pointInTime } from '../text/point-in-time.ts';
import type { Words } from '../text/provider-state.ts';
import { treeItem } from '../tree-item.ts';

/** Id of the view in package.json. */
const VIEW = 'farthing.budgets';
/** Which welcome an empty view shows: "none", "stopped" or "". */
const CONTEXT = 'farthing.budgetsAre';

/** Registers the view and what shows and refreshes it. */
export function budgetsView({ budgets, configuration, daemon }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const view = vscode.window.createTreeView<BudgetLine>(VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (line) => [
        ...(line === undefined
          ? daemon.state === 'stopped'
            ? []
            : budgetNodes(budgets.states() ?? [])
          : linesBelow(line)),
      ],
      getTreeItem: (line) => treeItem(lineText(line, words())),
    },
  });
  const draw = () => {
    const isStopped = daemon.state === 'stopped';
    const states = budgets.states();
    const none = states !== null && states.length === 0;
    setContext(isStopped ? 'stopped' : none ? 'none' : '');
    // The settings are not asked for before there is something to show: activation waits for VS Code to say them.
    const isOn = states === null || configuration.settings().budgetsEnabled;
    view.message = isOn
      ? ''
      : vscode.l10n.t('Budgets are switched off by farthing.budgets.enabled: no call is held to them.');
    changed.fire(undefined);
  };
  draw();
  // The daemon may change its state without a change of a budget, of which only the stop matters here.
  let wasStopped = daemon.state === 'stopped';
  const onState = () => {
    if ((daemon.state === 'stopped') === wasStopped) return;
    wasStopped = !wasStopped;
    draw();
  };

  return disposeAll([
    changed,
    view,
    budgets.onDidChange(draw),
    configuration.onDidChange(draw),
    daemon.onDidChange(onState),
    view.onDidChangeVisibility(() => budgets.refresh()),
    vscode.commands.registerCommand('farthing.showBudgets', () =>
      vscode.commands.executeCommand(`${VIEW}.focus`),
    ),
    vscode.commands.registerCommand('farthing.refreshBudgets', () => budgets.load().catch(showError)),
  ]);
}

const words = (): Words => ({
  l10n: vscode.l10n,
  time: (at) => pointInTime(at, Date.now(), vscode.env.language),
});

const setContext = (value: 'none' | 'stopped' | '') =>
  void vscode.commands.executeCommand('setContext', CONTEXT, value);

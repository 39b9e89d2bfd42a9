/** Tells of a budget that passed a threshold, with what can be done about it. */
import * as vscode from 'vscode';
import { type BudgetThresholdParams, MESSAGES } from '../../protocol/messages.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { thresholdAlert } from '../text/budget-alerts.ts';

/**
 * Shows the notifications: at most one at a time for each budget. What a budget passes while one is open is shown when
 * that is closed, the last only.
 */
export function budgetNotices({ daemon, budgets }: FeatureHost): vscode.Disposable {
  /** Budgets with an open notification, and what came since. */
  const open = new Map<string, BudgetThresholdParams | null>();

  const show = async (passed: BudgetThresholdParams): Promise<void> => {
    const { id } = passed.state.budget;
    if (open.has(id)) {
      open.set(id, passed);
      return;
    }
    let next: BudgetThresholdParams | null = passed;
    try {
      while (next !== null && !isPaused(next)) {
        open.set(id, null);
        await tell(next);
        next = open.get(id) ?? null;
      }
    } finally {
      open.delete(id);
    }
  };
  const isPaused = ({ state }: BudgetThresholdParams): boolean => {
    const known = budgets.states();
    const now = known?.find(({ budget }) => budget.id === state.budget.id)?.budget ?? state.budget;
    return now.paused;
  };

  const subscription = daemon.on(MESSAGES.budgetThreshold, (passed) => void show(passed).catch(showError));
  return new vscode.Disposable(() => subscription.dispose());
}

async function tell(passed: BudgetThresholdParams): Promise<void> {
  const { severity, message } = thresholdAlert(passed, vscode.l10n);
  const { id } = passed.state.budget;
  const actions = new Map([
    [vscode.l10n.t('Show Budgets'), 'farthing.showBudgets'],
    [vscode.l10n.t('Edit…'), 'farthing.editBudget'],
    [vscode.l10n.t('Pause'), 'farthing.pauseBudget'],
  ]);
  const titles = [...actions.keys()];
  const chosen =
    severity === 'warning'
      ? await vscode.window.showWarningMessage(message, ...titles)
      : await vscode.window.showInformationMessage(message, ...titles);
  const command = actions.get(chosen ?? '');
  if (command !== undefined) await vscode.commands.executeCommand(command, id);
}

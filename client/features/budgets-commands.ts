/** "Add Budget…", and what can be done with one: edit, pause, resume, delete. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Budget } from '../../protocol/budgets.ts';
import { chooseBudget } from '../budget-picker.ts';
import { knownBudgetValues } from '../budget-values.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { addBudget, type BudgetDraft, type BudgetWorld, editBudget, NO_DRAFT } from '../text/budget-setup.ts';
import { worstCall } from '../worst-call.ts';
import { createDialogs } from './providers-dialogs.ts';

/** Registers the commands. They take a budget's id or a line of the view; else the user picks one. */
export function budgetCommands(host: FeatureHost): vscode.Disposable {
  const { budgets } = host;
  let draft: BudgetDraft = NO_DRAFT;

  const add = async () => {
    // Asked for first: without a daemon the questions would be for nothing.
    await budgets.load();
    const answer = await withDialogs(host, null, (world) => addBudget(world, draft));
    draft = 'left' in answer ? answer.left : NO_DRAFT;
    if ('left' in answer) return;
    await budgets.save(answer.budget);
    void offerView(vscode.l10n.t('{0} is set up.', answer.budget.name));
  };
  const edit = async (argument: unknown) => {
    const budget = await chooseBudget(host, argument, vscode.l10n.t('Edit Budget'));
    if (budget === null) return;
    const edited = await withDialogs(host, budget, (world) => editBudget(world, budget));
    if (edited === null) return;
    // It may have been paused while the questions were asked.
    const now = (await budgets.load()).find((state) => state.budget.id === budget.id)?.budget ?? budget;
    await budgets.save({ ...edited, paused: now.paused });
  };
  const pause = async (argument: unknown) => {
    const budget = await chooseBudget(host, argument, vscode.l10n.t('Pause Budget'), isActive);
    if (budget !== null) await budgets.save({ ...budget, paused: true });
  };
  const resume = async (argument: unknown) => {
    const budget = await chooseBudget(host, argument, vscode.l10n.t('Resume Budget'), isPaused);
    if (budget !== null) await budgets.save({ ...budget, paused: false });
  };
  const remove = async (argument: unknown) => {
    const budget = await chooseBudget(host, argument, vscode.l10n.t('Delete Budget'));
    if (budget !== null && (await confirmsDelete(budget))) await budgets.delete(budget.id);
  };
  const command = (run: (argument: unknown) => Promise<void>) => (argument?: unknown) =>
    run(argument).catch(showError);

  return disposeAll([
    vscode.commands.registerCommand('farthing.addBudget', command(add)),
    vscode.commands.registerCommand('farthing.editBudget', command(edit)),
    vscode.commands.registerCommand('farthing.pauseBudget', command(pause)),
    vscode.commands.registerCommand('farthing.resumeBudget', command(resume)),
    vscode.commands.registerCommand('farthing.deleteBudget', command(remove)),
  ]);
}

const isActive = ({ paused }: Budget): boolean => !paused;
const isPaused = ({ paused }: Budget): boolean => paused;

async function withDialogs<Value>(
  host: FeatureHost,
  edited: Budget | null,
  ask: (world: BudgetWorld) => Promise<Value>,
): Promise<Value> {
  const dialogs = createDialogs();
  const others = (host.budgets.states() ?? []).filter(({ budget }) => budget.id !== edited?.id);
  try {
    return await ask({
      l10n: vscode.l10n,
      dialogs,
      timeZone: edited?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      taken: others.map(({ budget }) => budget.name),
      newId: randomUUID,
      knownValues: (scope) => knownBudgetValues(host, scope),
      worstCall: (model) => worstCall(host, model),
    });
  } finally {
    dialogs.dispose();
  }
}

async function confirmsDelete({ name }: Budget): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the budget "{0}"?', name),
    {
      modal: true,
      detail: vscode.l10n.t('Calls are no longer held to it. What they cost stays in the ledger.'),
    },
    remove,
  );
  return chosen === remove;
}

async function offerView(message: string): Promise<void> {
  const show = vscode.l10n.t('Show Budgets');
  if ((await vscode.window.showInformationMessage(message, show)) === show)
    await vscode.commands.executeCommand('farthing.showBudgets');
}

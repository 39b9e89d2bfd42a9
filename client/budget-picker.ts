/** Which budget a command is about: the line of the view it was called on, or the one that the user picks. */
import * as vscode from 'vscode';
import type { Budget } from '../protocol/budgets.ts';
import type { FeatureHost } from './host.ts';
import { budgetNodes, budgetOf } from './text/budget-nodes.ts';
import { standingText } from './text/budget-words.ts';

/**
 * The budget of a command's argument, the only one that fits, or the one that is picked, as the daemon has it now; null
 * for none. Where there is none to pick, a new one is offered. Rejects with a FarthingError without a daemon.
 */
export async function chooseBudget(
  { budgets }: FeatureHost,
  argument: unknown,
  title: string,
  fits: (budget: Budget) => boolean = () => true,
): Promise<Budget | null> {
  const nodes = budgetNodes(await budgets.load());
  const id = idIn(argument);
  if (id !== null) return nodes.find(({ budget }) => budget.id === id)?.budget ?? null;
  const fitting = nodes.filter(({ budget }) => fits(budget));
  const [only] = fitting;
  if (only === undefined) {
    void offerBudget();
    return null;
  }
  if (fitting.length === 1) return only.budget;
  const items = fitting.map(({ budget, states: [fullest] }) => ({
    label: budget.name,
    description: fullest === undefined ? '' : standingText(fullest, vscode.l10n),
    budget,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.budget ?? null;
}

/** The id itself, or that of a line of the Budgets view. */
function idIn(argument: unknown): string | null {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null) return null;
  if (!('kind' in argument) || !('budget' in argument || 'of' in argument)) return null;
  // Only the view gives such an object to a command.
  return budgetOf(argument as Parameters<typeof budgetOf>[0]).id;
}

async function offerBudget(): Promise<void> {
  const add = vscode.l10n.t('Add Budget');
  const message = vscode.l10n.t('There is no budget for this yet. Add one first.');
  if ((await vscode.window.showInformationMessage(message, add)) === add)
    await vscode.commands.executeCommand('farthing.addBudget');
}

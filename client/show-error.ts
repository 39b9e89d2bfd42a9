/** How errors reach the user outside an answer: one message with the buttons that help. */
import * as vscode from 'vscode';
import { type FarthingError, toFarthingError } from '../protocol/errors.ts';
import { continueAnswer, type ErrorAction, errorActions } from './text/error-actions.ts';

/** Shows an error's sentence and buttons. Does not wait for the user, so that a command ends with what it did. */
export function showError(thrown: unknown): void {
  const error = toFarthingError(thrown);
  if (error.code !== 'cancelled') void offer(error, errorActions(error.code));
}

/**
 * Shows the error of a run only where a button helps, because its sentence stands in the answer already. `answer` is
 * one that the model can be asked to continue; null for none.
 */
export function offerHelp(error: FarthingError, answer: vscode.Uri | null): void {
  const actions = [
    ...(answer === null || error.code === 'cancelled' ? [] : [continueAnswer(answer.toString())]),
    ...errorActions(error.code),
  ];
  if (actions.length > 0) void offer(error, actions);
}

async function offer(error: FarthingError, actions: readonly ErrorAction[]): Promise<void> {
  const titles = actions.map((action) => vscode.l10n.t(action.title));
  const chosen = await vscode.window.showErrorMessage(error.message, ...titles);
  const action = actions[titles.indexOf(chosen ?? '')];
  if (action !== undefined) await vscode.commands.executeCommand(action.command, ...action.arguments);
}

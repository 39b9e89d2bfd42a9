/** How errors reach the user outside an answer: one message with the buttons that help. */
import * as vscode from 'vscode';
import { type FarthingError, toFarthingError } from '../protocol/errors.ts';
import { errorActions } from './text/error-actions.ts';

/** Shows an error's sentence and buttons. Does not wait for the user, so that a command ends with what it did. */
export function showError(thrown: unknown): void {
  const error = toFarthingError(thrown);
  if (error.code !== 'cancelled') void offer(error);
}

/** Shows an error only where a button helps, because its sentence stands elsewhere already. */
export function offerHelp(error: FarthingError): void {
  if (errorActions(error.code).length > 0) void offer(error);
}

async function offer(error: FarthingError): Promise<void> {
  const actions = errorActions(error.code);
  const titles = actions.map((action) => vscode.l10n.t(action.title));
  const chosen = await vscode.window.showErrorMessage(error.message, ...titles);
  const action = actions[titles.indexOf(chosen ?? '')];
  if (action !== undefined) await vscode.commands.executeCommand(action.command, ...action.arguments);
}

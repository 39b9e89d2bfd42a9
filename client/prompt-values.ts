/** Asks for the values that a prompt needs, one by one, and remembers the last ones per prompt. */
import * as vscode from 'vscode';
import type { PromptVariable } from '../protocol/messages.ts';
import type { Dialogs } from './text/dialogs.ts';
import { withLineBreaks } from './text/line-breaks.ts';
import { askInputs } from './text/prompt-inputs.ts';

/** Values by the variable's name. */
export type PromptValues = Readonly<Record<string, string>>;

/**
 * Asks for every template and input variable. What was given last time is the default. Null when the user pressed
 * Escape: then nothing is to be run. The values are kept in the workspace's state, on this machine.
 */
export async function askValues(
  memory: vscode.Memento,
  prompt: vscode.Uri,
  name: string,
  variables: readonly PromptVariable[],
): Promise<PromptValues | null> {
  const asked = variables.filter(({ kind }) => kind !== 'context');
  const key = keyOf(prompt);
  const before = memory.get<PromptValues>(key, {});
  const values: Record<string, string> = {};
  for (const [index, variable] of asked.entries()) {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t('{0} ({1} of {2})', name, index + 1, asked.length),
      prompt: vscode.l10n.t('Value for {0}', variable.name),
      ...(variable.placeholder === null ? {} : { placeHolder: variable.placeholder }),
      value: before[variable.name] ?? '',
      ignoreFocusOut: true,
    });
    if (value === undefined) return null;
    values[variable.name] = withLineBreaks(value, await clipboardText());
  }
  if (asked.length > 0) await memory.update(key, { ...before, ...values });
  return values;
}

/**
 * The same, with a way back from each question, and all values in one place before the run. Null when the user pressed
 * Escape; a prompt without variables asks nothing.
 */
export async function askValuesTogether(
  memory: vscode.Memento,
  prompt: vscode.Uri,
  name: string,
  variables: readonly PromptVariable[],
  dialogs: Dialogs,
): Promise<PromptValues | null> {
  const before = memory.get<PromptValues>(keyOf(prompt), {});
  const inputs = variables
    .filter(({ kind }) => kind !== 'context')
    .map((variable) => ({
      name: variable.name,
      placeholder: variable.placeholder ?? '',
      value: before[variable.name] ?? '',
    }));
  const values = await askInputs(name, inputs, {
    dialogs,
    l10n: vscode.l10n,
    meant: async (typed) => withLineBreaks(typed, await clipboardText()),
  });
  if (values !== null && inputs.length > 0) await memory.update(keyOf(prompt), { ...before, ...values });
  return values;
}

const keyOf = (prompt: vscode.Uri): string => `farthing.values.${prompt.toString()}`;

/** What is in the clipboard. In a browser nothing: there it asks the user for a permission, and waits for it. */
const clipboardText = async (): Promise<string> =>
  vscode.env.uiKind === vscode.UIKind.Desktop ? await vscode.env.clipboard.readText() : '';

/** Answers VS Code's questions in place of a person, and notes what was shown. */
import * as vscode from 'vscode';

/** An error message and its buttons. */
export interface ShownError {
  readonly message: string;
  readonly buttons: readonly string[];
}

/** Error messages shown from now until it is let go of; each is closed without a button. */
export interface ErrorRecorder extends Disposable {
  readonly shown: readonly ShownError[];
}

/** Takes error messages off the screen and keeps them. */
export function recordErrors(): ErrorRecorder {
  const shown: ShownError[] = [];
  const replaced = replace(vscode.window, 'showErrorMessage', (message: string, ...buttons: unknown[]) => {
    shown.push({ message, buttons: buttons.map(String) });
    return Promise.resolve(undefined);
  });
  return { shown, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Takes information messages off the screen and keeps them; each is closed without a button. */
export function recordMessages(): ErrorRecorder {
  const shown: ShownError[] = [];
  const replaced = replace(
    vscode.window,
    'showInformationMessage',
    (message: string, ...buttons: unknown[]) => {
      shown.push({ message, buttons: buttons.map(String) });
      return Promise.resolve(undefined);
    },
  );
  return { shown, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Takes warnings off the screen and keeps them; each is closed without a button. */
export function recordWarnings(): ErrorRecorder {
  const shown: ShownError[] = [];
  const replaced = replace(vscode.window, 'showWarningMessage', (message: string, ...buttons: unknown[]) => {
    shown.push({ message, buttons: buttons.map(String) });
    return Promise.resolve(undefined);
  });
  return { shown, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Presses a button of the next question that wants one; undefined is Cancel. Gives the buttons. */
export function answerModal(
  button: string | undefined,
): Disposable & { readonly buttons: readonly string[] } {
  const shown: string[] = [];
  const replaced = replace(
    vscode.window,
    'showWarningMessage',
    (_: string, __: vscode.MessageOptions, ...buttons: string[]) => {
      shown.push(...buttons);
      return Promise.resolve(button);
    },
  );
  return { buttons: shown, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Types `answers` into input boxes, one after the other; undefined presses Escape. Gives what the boxes asked. */
export function typeInto(
  answers: readonly (string | undefined)[],
): Disposable & { readonly asked: readonly vscode.InputBoxOptions[] } {
  const asked: vscode.InputBoxOptions[] = [];
  const replaced = replace(vscode.window, 'showInputBox', (options: vscode.InputBoxOptions = {}) => {
    if (asked.length >= answers.length) throw new Error(`An input box nobody expected: ${options.prompt}`);
    asked.push(options);
    return Promise.resolve(answers[asked.length - 1]);
  });
  return { asked, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Picks the item with this label from the next quick pick, or nothing where it is null. Gives what was offered. */
export function pick(label: string | null): Disposable & { readonly offered: vscode.QuickPickItem[] } {
  const offered: vscode.QuickPickItem[] = [];
  const replaced = replace(vscode.window, 'showQuickPick', (items: readonly vscode.QuickPickItem[]) => {
    offered.push(...items);
    return Promise.resolve(items.find((item) => item.label === label));
  });
  return { offered, [Symbol.dispose]: () => replaced[Symbol.dispose]() };
}

/** Puts a function in the place of VS Code's own; letting go of the result puts that one back. */
function replace<Target extends object>(target: Target, name: keyof Target, stand: unknown): Disposable {
  const own = target[name];
  Object.assign(target, { [name]: stand });
  return { [Symbol.dispose]: () => Object.assign(target, { [name]: own }) };
}

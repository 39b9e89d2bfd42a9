/** The questions of a guided setup in VS Code's quick input. */
import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../emitter.ts';
import { type Answer, BACK, CANCELLED, type Dialogs, type Question, type Typed } from '../text/dialogs.ts';
import type { Choice } from '../text/provider-choices.ts';
import type { Problem } from '../text/provider-problems.ts';

interface Item<Value> extends vscode.QuickPickItem {
  readonly value?: Value;
}

/** Shows one question at a time; the last one stays until the next takes its place. */
export function createDialogs(): Dialogs & Disposable {
  let shown: vscode.QuickInput | null = null;

  /** Shows `input` and waits for what `listen` resolves with. */
  const ask = async <Value>(
    input: vscode.QuickPick<Item<Value>> | vscode.InputBox,
    question: Question,
    listen: (resolve: (answer: Answer<Value>) => void) => readonly vscode.Disposable[],
  ): Promise<Answer<Value>> => {
    const { promise, resolve } = Promise.withResolvers<Answer<Value>>();
    input.title = question.title;
    input.placeholder = question.placeholder;
    input.step = question.step;
    input.totalSteps = question.steps;
    // Keys are copied from a browser, so the window loses the focus in between.
    input.ignoreFocusOut = true;
    if (question.canGoBack) input.buttons = [vscode.QuickInputButtons.Back, ...input.buttons];
    const listeners = disposeAll([
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(BACK);
      }),
      input.onDidHide(() => resolve(CANCELLED)),
      ...listen(resolve),
    ]);
    const before = shown;
    shown = input;
    input.show();
    before?.dispose();
    try {
      return await promise;
    } finally {
      listeners.dispose();
    }
  };

  return {
    choose: <Value>(question: Question, choices: readonly Choice<Value>[]) => {
      const pick = vscode.window.createQuickPick<Item<Value>>();
      pick.items = choices.map(itemOf);
      pick.matchOnDescription = true;
      pick.matchOnDetail = true;
      return ask<Value>(pick, question, (resolve) => [
        pick.onDidAccept(() => {
          const chosen = pick.selectedItems[0];
          if (chosen !== undefined && 'value' in chosen) resolve(chosen.value as Value);
        }),
      ]);
    },

    chooseMany: <Value>(question: Question, choices: readonly Choice<Value>[]) => {
      const pick = vscode.window.createQuickPick<Item<Value>>();
      pick.canSelectMany = true;
      pick.items = choices.map(itemOf);
      // `picked` counts for showQuickPick only (microsoft/vscode#119834).
      pick.selectedItems = pick.items.filter(({ picked }) => picked === true);
      return ask<readonly Value[]>(pick as vscode.QuickPick<Item<readonly Value[]>>, question, (resolve) => [
        pick.onDidAccept(() => {
          // In the order of the list, whatever the order of the clicks.
          const chosen = pick.items.filter((item) => pick.selectedItems.includes(item));
          if (chosen.length > 0) resolve(chosen.map(({ value }) => value as Value));
          else pick.title = vscode.l10n.t('{0}: choose at least one', question.title);
        }),
      ]);
    },

    type: (question: Typed) => {
      const box = vscode.window.createInputBox();
      const { page } = question;
      const button: vscode.QuickInputButton | null =
        page === null ? null : { iconPath: new vscode.ThemeIcon('link-external'), tooltip: page.label };
      box.value = question.value;
      box.prompt = question.prompt;
      box.password = question.secret;
      if (button !== null) box.buttons = [button];
      return ask<string>(box, question, (resolve) => [
        box.onDidTriggerButton((pressed) => {
          if (page !== null && pressed === button) void vscode.env.openExternal(vscode.Uri.parse(page.url));
        }),
        // Nothing is wrong before something was typed.
        box.onDidChangeValue((typed) => {
          const problem = typed.trim() === '' ? null : question.check(typed);
          box.validationMessage = problem === null ? undefined : messageOf(problem);
        }),
        box.onDidAccept(() => {
          const problem = question.check(box.value);
          if (problem === null || problem.severity === 'hint') resolve(box.value);
          else box.validationMessage = messageOf(problem);
        }),
      ]);
    },

    wait: async <Value>(question: Question, work: (signal: AbortSignal) => Promise<Value>) => {
      const pick = vscode.window.createQuickPick<Item<Value>>();
      const abort = new AbortController();
      pick.busy = true;
      pick.enabled = false;
      try {
        return await ask<Value>(pick, question, (resolve) => {
          work(abort.signal).then(resolve, () => resolve(CANCELLED));
          return [];
        });
      } finally {
        abort.abort();
      }
    },

    dispose: () => shown?.dispose(),
  };
}

function itemOf<Value>(choice: Choice<Value>): Item<Value> {
  if ('heading' in choice) return { label: choice.heading, kind: vscode.QuickPickItemKind.Separator };
  const { label, description, detail, icon, picked, value } = choice;
  return {
    label,
    value,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(picked === undefined ? {} : { picked }),
    ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
  };
}

const messageOf = ({ severity, message }: Problem): vscode.InputBoxValidationMessage => ({
  message,
  severity:
    severity === 'error'
      ? vscode.InputBoxValidationSeverity.Error
      : vscode.InputBoxValidationSeverity.Warning,
});

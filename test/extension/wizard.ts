/** Answers the questions of a guided setup in place of a person. */
import * as vscode from 'vscode';

/** What to do with a question: choose labels, type a text, or press Escape. */
export type Deed =
  | { readonly choose: readonly string[] }
  | { readonly type: string }
  | { readonly escape: true };

/** What a question showed when it was answered. */
export interface ShownQuestion {
  readonly title: string;
  readonly labels: readonly string[];
  readonly picked: readonly string[];
  readonly password: boolean;
}

/** Questions answered from now on, until it is let go of. */
export interface Wizard extends Disposable {
  readonly shown: readonly ShownQuestion[];
}

type Listener = (value: never) => void;

/** Takes the place of quick picks and input boxes, and does what is scripted with each that can be answered. */
export function answerQuestions(...deeds: readonly Deed[]): Wizard {
  const left = [...deeds];
  const shown: ShownQuestion[] = [];
  const { createQuickPick, createInputBox } = vscode.window;

  const fake = () => {
    const listeners = new Map<string, Listener[]>();
    const on = (name: string) => (listener: Listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return { dispose: () => undefined };
    };
    const fire = (name: string, value?: unknown) => {
      for (const listener of listeners.get(name) ?? []) listener(value as never);
    };
    const input = {
      title: '',
      items: [] as readonly vscode.QuickPickItem[],
      selectedItems: [] as readonly vscode.QuickPickItem[],
      buttons: [],
      value: '',
      password: false,
      busy: false,
      validationMessage: undefined as unknown,
      onDidAccept: on('accept'),
      onDidHide: on('hide'),
      onDidTriggerButton: on('button'),
      onDidChangeValue: on('value'),
      dispose: () => undefined,
      // What is busy is not answered: it goes on by itself.
      show: () => void (input.busy || queueMicrotask(answer)),
    };
    const answer = () => {
      shown.push({
        title: input.title,
        labels: input.items.map(({ label }) => label),
        picked: input.selectedItems.map(({ label }) => label),
        password: input.password,
      });
      const deed = left.shift();
      if (deed === undefined || 'escape' in deed) return fire('hide');
      if ('type' in deed) {
        input.value = deed.type;
        fire('value', deed.type);
      } else {
        input.selectedItems = input.items.filter(({ label }) => deed.choose.includes(label));
        if (input.selectedItems.length !== deed.choose.length)
          throw new Error(`${deed.choose.join(', ')} is not in ${shown.at(-1)?.labels.join(', ')}`);
      }
      fire('accept');
    };
    return input;
  };

  Object.assign(vscode.window, { createQuickPick: fake, createInputBox: fake });
  return {
    shown,
    [Symbol.dispose]: () => {
      Object.assign(vscode.window, { createQuickPick, createInputBox });
    },
  };
}

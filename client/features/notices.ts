/** What the daemon wants the user to know: each sentence once per window. */
import * as vscode from 'vscode';
import { MESSAGES, type Notice } from '../../protocol/messages.ts';
import type { FeatureHost } from '../host.ts';

const SHOW: Readonly<Record<Notice['severity'], (message: string) => Thenable<unknown>>> = {
  info: (message) => vscode.window.showInformationMessage(message),
  warning: (message) => vscode.window.showWarningMessage(message),
  error: (message) => vscode.window.showErrorMessage(message),
};

/** Shows notices as messages. */
export function notices({ daemon }: FeatureHost): vscode.Disposable {
  const shown = new Set<string>();
  const subscription = daemon.on(MESSAGES.notice, ({ severity, message }) => {
    if (shown.has(message)) return;
    shown.add(message);
    void SHOW[severity](message);
  });
  return new vscode.Disposable(() => subscription.dispose());
}

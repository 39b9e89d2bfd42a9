/** "Test Connection": asks a provider for its list of models, and says in one sentence what came of it. */
import * as vscode from 'vscode';
import { type ConnectionTest, MESSAGES } from '../../protocol/messages.ts';
import type { ProviderSettings } from '../../protocol/settings.ts';
import type { FeatureHost } from '../host.ts';
import { chooseProvider } from '../provider-picker.ts';
import { showError } from '../show-error.ts';

/** Registers the command. */
export function testConnection(host: FeatureHost): vscode.Disposable {
  return vscode.commands.registerCommand('farthing.testConnection', (argument?: unknown) =>
    test(host, argument).catch(showError),
  );
}

async function test(host: FeatureHost, argument: unknown): Promise<void> {
  const provider = await chooseProvider(host, argument, vscode.l10n.t('Test Connection'));
  if (provider === null) return;
  const tested = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t('Asking {0} for its list of models, which costs nothing', provider.name),
    },
    (_, token) => host.daemon.request(MESSAGES.testConnection, { provider: provider.name }, token),
  );
  void show(tested, provider, () => test(host, provider.name));
}

/** Does not hold the command up: its buttons may be pressed much later. */
async function show(
  { ok, message, missing }: ConnectionTest,
  { needsKey }: ProviderSettings,
  again: () => Promise<void>,
): Promise<void> {
  if (ok && missing.length === 0) {
    await vscode.window.showInformationMessage(message);
    return;
  }
  const setKey = vscode.l10n.t('Set API Key');
  const retry = vscode.l10n.t('Try Again');
  const edit = vscode.l10n.t('Open Settings');
  const tell = ok ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
  const chosen = await tell(message, ...(ok ? [] : [...(needsKey ? [setKey] : []), retry]), edit);
  if (chosen === setKey) await vscode.commands.executeCommand('farthing.setKey');
  if (chosen === retry) await again().catch(showError);
  if (chosen === edit) await vscode.commands.executeCommand('farthing.editProvider');
}

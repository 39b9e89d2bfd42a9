/** "Set API Key…" and "Remove API Key…". */
import * as vscode from 'vscode';
import type { ProviderSettings } from '../../protocol/settings.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { chooseProvider } from '../provider-picker.ts';
import { showError } from '../show-error.ts';
import { storeKey } from '../store-key.ts';
import { keyProblem } from '../text/key-text.ts';

/** Registers the commands. Both take the name of a provider, or a line of the Providers view, or ask. */
export function keys(host: FeatureHost): vscode.Disposable {
  return disposeAll([
    vscode.commands.registerCommand('farthing.setKey', (argument?: unknown) =>
      setKey(host, argument).catch(showError),
    ),
    vscode.commands.registerCommand('farthing.removeKey', (argument?: unknown) =>
      removeKey(host, argument).catch(showError),
    ),
  ]);
}

const needsKey = (provider: ProviderSettings): boolean => provider.needsKey;

async function setKey(host: FeatureHost, argument: unknown): Promise<void> {
  const provider = await chooseProvider(host, argument, vscode.l10n.t('Set API Key'), needsKey);
  if (provider === null) return;
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('API key of {0}', provider.name),
    prompt: vscode.l10n.t(
      'It is kept in the secret storage of VS Code and sent to {0} only.',
      provider.baseUrl,
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (typed) => keyProblem(typed, vscode.l10n),
  });
  if (key === undefined) return;
  if (await storeKey(host, provider, key))
    vscode.window.setStatusBarMessage(vscode.l10n.t('Key of {0} stored', provider.name), 5000);
}

async function removeKey(host: FeatureHost, argument: unknown): Promise<void> {
  const provider = await chooseProvider(host, argument, vscode.l10n.t('Remove API Key'), needsKey);
  if (provider === null) return;
  await host.keys.remove(provider.name);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Key of {0} removed', provider.name), 5000);
}

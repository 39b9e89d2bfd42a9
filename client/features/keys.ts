/** "Set API Key…" and "Remove API Key…". */
import * as vscode from 'vscode';
import type { ProviderSettings } from '../../protocol/settings.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { keyProblem } from '../text/key-text.ts';

/** Registers the commands. */
export function keys(host: FeatureHost): vscode.Disposable {
  return disposeAll([
    vscode.commands.registerCommand('farthing.setKey', () => setKey(host).catch(showError)),
    vscode.commands.registerCommand('farthing.removeKey', () => removeKey(host).catch(showError)),
  ]);
}

async function setKey(host: FeatureHost): Promise<void> {
  const provider = await chooseProvider(host, vscode.l10n.t('Set API Key'));
  if (provider === null) return;
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('API key of {0}', provider.name),
    prompt: vscode.l10n.t(
      'It is kept in the secret storage of VS Code and sent to {0} only.',
      provider.baseUrl,
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: keyProblem,
  });
  if (key === undefined) return;
  try {
    await host.keys.store(provider.name, key.trim());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const instead = provider.keyEnvironment ?? vscode.l10n.t('the variable named by keyEnvironment');
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The key cannot be stored ({0}). Set {1} in the environment instead.', why, instead),
    );
    return;
  }
  vscode.window.setStatusBarMessage(vscode.l10n.t('Key of {0} stored', provider.name), 5000);
}

async function removeKey(host: FeatureHost): Promise<void> {
  const provider = await chooseProvider(host, vscode.l10n.t('Remove API Key'));
  if (provider === null) return;
  await host.keys.remove(provider.name);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Key of {0} removed', provider.name), 5000);
}

/** The only provider that wants a key, or the one that the user picks; null for none. */
async function chooseProvider(host: FeatureHost, title: string): Promise<ProviderSettings | null> {
  const providers = host.configuration.settings().providers.filter(({ needsKey }) => needsKey);
  if (providers.length === 0) {
    void offerProviders();
    return null;
  }
  if (providers.length === 1) return providers[0] ?? null;
  const items = providers.map((provider) => ({
    label: provider.name,
    description: keyOrigin(host, provider.name),
    detail: provider.baseUrl,
    provider,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.provider ?? null;
}

/** Nobody to give a key to: says where providers come from. */
async function offerProviders(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const message = vscode.l10n.t(
    'No configured provider needs an API key. Add one, such as OpenAI, to farthing.providers; "npm start" sets OpenAI up when OPENAI_API_KEY is in its environment.',
  );
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.providers');
  }
}

function keyOrigin(host: FeatureHost, provider: string): string {
  switch (host.keys.origin(provider)) {
    case 'secret storage':
      return vscode.l10n.t('key in the secret storage');
    case 'environment':
      return vscode.l10n.t('key from the environment');
    default:
      return vscode.l10n.t('no key');
  }
}

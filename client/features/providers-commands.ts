/** "Edit Provider in Settings" and "Remove Provider…". */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { providerEntries, writeProviders } from '../provider-entries.ts';
import { chooseProvider } from '../provider-picker.ts';
import { showError } from '../show-error.ts';
import { withoutProvider } from '../text/provider-settings.ts';

/** Registers the commands. */
export function providerCommands(host: FeatureHost): vscode.Disposable {
  return disposeAll([
    vscode.commands.registerCommand('farthing.editProvider', editProviders),
    vscode.commands.registerCommand('farthing.removeProvider', (argument?: unknown) =>
      removeProvider(host, argument).catch(showError),
    ),
  ]);
}

/** Opens the file that has them; of a remote machine, its own. */
async function editProviders(): Promise<void> {
  const command =
    vscode.env.remoteName === undefined
      ? 'workbench.action.openSettingsJson'
      : 'workbench.action.openRemoteSettingsFile';
  await vscode.commands.executeCommand(command, {
    revealSetting: { key: 'farthing.providers', edit: true },
  });
}

async function removeProvider(host: FeatureHost, argument: unknown): Promise<void> {
  const provider = await chooseProvider(host, argument, vscode.l10n.t('Remove Provider'));
  const entries = provider === null ? null : await providerEntries(host);
  if (provider === null || entries === null) return;
  const { name } = provider;
  const remove = vscode.l10n.t('Remove');
  const withKey = vscode.l10n.t('Remove With Its Key');
  const isStored = host.keys.origin(name) === 'secret storage';
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove {0} from farthing.providers?', name),
    { modal: true, detail: vscode.l10n.t('What it cost stays in the ledger.') },
    ...(isStored ? [withKey, remove] : [remove]),
  );
  if (chosen === undefined) return;
  if (chosen === withKey) await host.keys.remove(name);
  await writeProviders(withoutProvider(entries.all, name));
}

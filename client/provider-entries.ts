/** The entries of `farthing.providers` in the user's own settings; on a remote these are the remote machine's. */
import * as vscode from 'vscode';
import { defaultSettings } from '../protocol/settings.ts';
import type { FeatureHost } from './host.ts';
import { isNamed } from './text/provider-settings.ts';

/** Entries as they are written, whatever is in them. */
export interface ProviderEntries {
  /** Those that the user wrote; none while the setting is left at its default. */
  readonly own: readonly unknown[];
  /** Those to keep when one is added: the user's, or else the defaults that have a key already. */
  readonly kept: readonly unknown[];
  /** Those in force: the user's, or else the defaults. */
  readonly all: readonly unknown[];
}

/** Reads the entries. Null where the setting is no list, which must not be written over; the user is told then. */
export async function providerEntries({ keys }: FeatureHost): Promise<ProviderEntries | null> {
  const found = vscode.workspace.getConfiguration('farthing').inspect<unknown>('providers');
  const own = found?.globalValue;
  if (Array.isArray(own)) return { own, kept: own, all: own };
  if (own !== undefined) {
    void tellNotAList();
    return null;
  }
  const all: readonly unknown[] = Array.isArray(found?.defaultValue) ? found.defaultValue : [];
  const defaults = defaultSettings().providers;
  const withKeys = await Promise.all(
    all.map(async (entry) => {
      const provider = defaults.find(({ name }) => isNamed(entry, name));
      return provider === undefined || (await keys.find(provider)) === null ? [] : [entry];
    }),
  );
  return { own: [], kept: withKeys.flat(), all };
}

async function tellNotAList(): Promise<void> {
  const edit = vscode.l10n.t('Open Settings');
  const message = vscode.l10n.t(
    'farthing.providers is not a list. Correct it in the settings, then try again.',
  );
  if ((await vscode.window.showErrorMessage(message, edit)) === edit)
    await vscode.commands.executeCommand('farthing.editProvider');
}

/** Replaces the user's entries. */
export async function writeProviders(entries: readonly unknown[]): Promise<void> {
  await vscode.workspace
    .getConfiguration('farthing')
    .update('providers', entries, vscode.ConfigurationTarget.Global);
}

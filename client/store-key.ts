/** Stores a key, and says what to do where nothing keeps secrets, such as a Linux without a keyring. */
import * as vscode from 'vscode';
import type { FeatureHost } from './host.ts';
import type { KeyOwner } from './keys.ts';

/** True when the key is stored; false when the user was told why not. */
export async function storeKey({ keys }: FeatureHost, provider: KeyOwner, key: string): Promise<boolean> {
  try {
    await keys.store(provider.name, key.trim());
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const instead = provider.keyEnvironment ?? vscode.l10n.t('the variable named by keyEnvironment');
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The key cannot be stored ({0}). Set {1} in the environment instead.', why, instead),
    );
    return false;
  }
}

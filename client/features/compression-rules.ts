/** What the hints of the compression rules link to: the page of a rule, and its switch. */
import * as vscode from 'vscode';
import { RULE_SCHEME } from '../../protocol/compression.ts';
import { rulePage } from '../../protocol/rule-page.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';

/** Provides the pages, and registers the command, which takes a rule's name. */
export function compressionRules({ context }: FeatureHost): vscode.Disposable {
  const all = vscode.Uri.joinPath(context.extensionUri, 'media', 'compression-rules.md');
  return disposeAll([
    vscode.workspace.registerTextDocumentContentProvider(RULE_SCHEME, {
      provideTextDocumentContent: async ({ path }) =>
        rulePage(new TextDecoder().decode(await vscode.workspace.fs.readFile(all)), path) ??
        vscode.l10n.t('There is no such rule any more.'),
    }),
    vscode.commands.registerCommand('farthing.switchOffRule', async (rule: unknown) => {
      if (typeof rule === 'string') await switchOff(rule).catch(showError);
    }),
  ]);
}

async function switchOff(rule: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('farthing');
  const rules = settings.inspect<Record<string, boolean>>('compression.rules')?.globalValue ?? {};
  const write = (value: Readonly<Record<string, boolean>>) =>
    settings.update('compression.rules', value, vscode.ConfigurationTarget.Global);
  await write({ ...rules, [rule]: false });
  const undo = vscode.l10n.t('Suggest It Again');
  const message = vscode.l10n.t('"{0}" is switched off by the setting farthing.compression.rules.', rule);
  if ((await vscode.window.showInformationMessage(message, undo)) === undo) await write(rules);
}

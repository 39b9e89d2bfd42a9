/** What the hints of the compression rules link to: the page of a rule, and its switch. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';

/** Registers the commands; both take a rule's name. */
export function compressionRules({ context }: FeatureHost): vscode.Disposable {
  const page = vscode.Uri.joinPath(context.extensionUri, 'media', 'compression-rules.md');
  const command = (run: (rule: string) => Promise<unknown>) => async (rule: unknown) => {
    if (typeof rule === 'string') await run(rule).catch(showError);
  };
  return disposeAll([
    vscode.commands.registerCommand(
      'farthing.showRule',
      command(async (rule) =>
        vscode.commands.executeCommand('markdown.showPreview', page.with({ fragment: rule })),
      ),
    ),
    vscode.commands.registerCommand(
      'farthing.switchOffRule',
      command(async (rule) => {
        const settings = vscode.workspace.getConfiguration('farthing');
        const rules = settings.inspect<Record<string, boolean>>('compression.rules')?.globalValue ?? {};
        await settings.update(
          'compression.rules',
          { ...rules, [rule]: false },
          vscode.ConfigurationTarget.Global,
        );
        const undo = vscode.l10n.t('Suggest It Again');
        const message = vscode.l10n.t(
          '"{0}" is switched off by the setting farthing.compression.rules.',
          rule,
        );
        if ((await vscode.window.showInformationMessage(message, undo)) !== undo) return;
        await settings.update('compression.rules', rules, vscode.ConfigurationTarget.Global);
      }),
    ),
  ]);
}

/** "Compare Models": a prompt with every configured model; one of them for its estimate, or into its front matter. */
import * as vscode from 'vscode';
import { MESSAGES } from '../../protocol/messages.ts';
import type { NamedRoute } from '../../protocol/model-comparison.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { promptName } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { type ComparisonLine, comparisonLines } from '../text/model-comparison.ts';
import { toRange } from '../to-range.ts';
import { namedPrompt } from './run-prompt.ts';

/** A line of the list; its button writes the model into the prompt. */
type Item = ComparisonLine & vscode.QuickPickItem;

/** Registers the command, which takes a prompt's URI; by default the active one's. */
export function compareModels({ daemon }: FeatureHost): vscode.Disposable {
  /** Models of estimates by document, for as long as this window lives. */
  const chosen = new Map<string, NamedRoute>();
  const write: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('edit'),
    tooltip: vscode.l10n.t('Write it into the front matter, so that runs use it, too'),
  };

  const compare = async (target: unknown) => {
    const prompt = namedPrompt(target);
    if (prompt === null) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a prompt first, then compare models for it.'),
      );
      return;
    }
    // Opening it also gives its text to the daemon, where it was not open.
    await vscode.workspace.openTextDocument(prompt);
    const uri = prompt.toString();
    const list = vscode.window.createQuickPick<Item>();
    list.title = vscode.l10n.t(
      'Models for {0}: the choice is for the estimate, not for runs',
      promptName(prompt.path),
    );
    list.placeholder = vscode.l10n.t(
      'Estimate with a model, or write it into the prompt with the button of its line',
    );
    list.matchOnDescription = true;
    list.busy = true;
    const done = new Promise<void>((resolve) => list.onDidHide(() => resolve()));
    list.onDidAccept(() => {
      const item = list.activeItems[0];
      list.hide();
      if (item !== undefined) void estimateWith(uri, item.route).catch(showError);
    });
    list.onDidTriggerItemButton(({ item }) => {
      list.hide();
      if (item.route !== null) void writeModel(prompt, item.route).catch(showError);
    });
    list.show();
    try {
      const source = { kind: 'document', uri } as const;
      const compared = await daemon.request(MESSAGES.compareModels, { source });
      const lines = comparisonLines(compared, chosen.get(uri) ?? null, vscode.l10n);
      list.items = lines.map((line) => ({ ...line, ...(line.writable ? { buttons: [write] } : {}) }));
      list.busy = false;
      await done;
    } finally {
      list.dispose();
    }
  };

  const estimateWith = async (uri: string, route: NamedRoute | null) => {
    if (route === null) chosen.delete(uri);
    else chosen.set(uri, route);
    await daemon.request(MESSAGES.estimateWith, { uri, model: route });
  };

  /** The front matter decides from now on, for estimates and runs alike. */
  const writeModel = async (prompt: vscode.Uri, model: NamedRoute) => {
    const document = await vscode.workspace.openTextDocument(prompt);
    const uri = prompt.toString();
    const { version, start, end, newText } = await daemon.request(MESSAGES.modelEdit, { uri, model });
    if (version !== document.version) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The prompt was changed in the meantime. Compare models again.'),
      );
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(prompt, toRange({ start, end }), newText);
    await vscode.workspace.applyEdit(edit);
    if (chosen.has(uri)) await estimateWith(uri, null);
  };

  return disposeAll([
    daemon.onConnect(async (request) => {
      for (const [uri, model] of chosen) await request(MESSAGES.estimateWith, { uri, model });
    }),
    vscode.commands.registerCommand('farthing.compareModels', (target: unknown) =>
      compare(target).catch(showError),
    ),
  ]);
}

/** "Show Token Breakdown": where the tokens of the open prompt are; choosing a line jumps to it. */
import * as vscode from 'vscode';
import { MESSAGES } from '../../protocol/messages.ts';
import { isCounted } from '../counted-documents.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { type BreakdownLine, breakdownGroups, breakdownTitle } from '../text/breakdown-lines.ts';

/** Registers the command. */
export const breakdown = (host: FeatureHost): vscode.Disposable =>
  vscode.commands.registerCommand('farthing.showBreakdown', (target: unknown) =>
    show(host, target).catch(showError),
  );

interface Item extends vscode.QuickPickItem {
  readonly line: number | null;
}

async function show({ daemon }: FeatureHost, target: unknown): Promise<void> {
  const document = documentOf(target);
  if (document === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a prompt first, then show where its tokens are.'),
    );
    return;
  }
  const found = await daemon.request(MESSAGES.breakdown, { uri: document.uri.toString() });
  if (found === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('This prompt cannot be counted yet. Set up a provider and a model first.'),
    );
    return;
  }
  const items = breakdownGroups(found, vscode.l10n).flatMap(({ title, lines }): Item[] => [
    { label: title, kind: vscode.QuickPickItemKind.Separator, line: null },
    ...lines.map((one: BreakdownLine): Item => ({ ...one, alwaysShow: false })),
  ]);
  const chosen = await vscode.window.showQuickPick(items, {
    title: breakdownTitle(found, vscode.l10n),
    placeHolder: vscode.l10n.t('Choose a section to go to it'),
  });
  if (chosen === undefined || chosen.line === null) return;
  const place = document.validatePosition(new vscode.Position(chosen.line, 0));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place) });
}

/** The prompt that a lens names, else the open one; null for none. */
function documentOf(target: unknown): vscode.TextDocument | null {
  const named = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === target);
  const document = named ?? vscode.window.activeTextEditor?.document;
  return document !== undefined && isCounted(document) ? document : null;
}

/** "Fix with Farthing" in the lightbulb of what an editor reports: only where the user asked for it in the settings. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';

/** Follows the setting; nothing is registered while it is off, so that it costs nothing then. */
export function snippetLightbulb({ configuration }: FeatureHost): vscode.Disposable {
  let provider: vscode.Disposable | null = null;
  const follow = () => {
    const isOn = configuration.settings().lightbulb;
    if (isOn === (provider !== null)) return;
    provider?.dispose();
    provider = isOn ? register() : null;
  };
  // The daemon's first answer is a change, too; activation does not wait for VS Code to say the settings.
  return disposeAll([configuration.onDidChange(follow), { dispose: () => provider?.dispose() }]);
}

const register = (): vscode.Disposable =>
  vscode.languages.registerCodeActionsProvider(
    [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-remote' }],
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );

function provideCodeActions(
  document: vscode.TextDocument,
  _: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const others = diagnostics.filter(({ source }) => source?.toLowerCase() !== 'farthing');
  const [first] = others;
  if (first === undefined || !vscode.workspace.isTrusted) return [];
  const title = vscode.l10n.t('Fix with Farthing');
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = others;
  // Its beginning only: the symbol around it is what can be mended.
  const place = new vscode.Range(first.range.start, first.range.start);
  action.command = { title, command: 'farthing.fixDiagnostics', arguments: [document.uri.toString(), place] };
  return [action];
}

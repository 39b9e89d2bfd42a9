/** "New Prompt from Template": a file to begin with, where VS Code looks for it. */
import * as vscode from 'vscode';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { fileNameOf, PROMPT_TEMPLATES, type PromptTemplate } from '../text/prompt-templates.ts';

/** Registers the command. */
export const newPrompt = (_: FeatureHost): vscode.Disposable =>
  vscode.commands.registerCommand('farthing.newPrompt', () => create().catch(showError));

async function create(): Promise<void> {
  const items = PROMPT_TEMPLATES.map((template) => ({
    label: template.title(vscode.l10n),
    detail: template.detail(vscode.l10n),
    template,
  }));
  const title = vscode.l10n.t('New Prompt from Template');
  const template = (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.template;
  if (template === undefined) return;
  const folder = await chooseFolder();
  if (folder === null) return;
  if (folder === undefined) return openUntitled(template);
  const name = await askName(template, folder, title);
  if (name === null) return;
  const file = fileOf(template, folder, name);
  // Written again here: between question and answer somebody else may have made it.
  if (await exists(file)) return sayTaken(file);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(template.text(name)));
  await vscode.window.showTextDocument(file);
}

/** Undefined where none is open; null where the user did not choose. */
async function chooseFolder(): Promise<vscode.Uri | null | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false,
  );
  if (folders.length < 2) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri ?? null;
}

async function askName(template: PromptTemplate, folder: vscode.Uri, title: string): Promise<string | null> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the new file'),
    value: await freeName(template, folder),
    ignoreFocusOut: true,
    validateInput: async (value) => {
      const name = fileNameOf(value);
      if (name === '') return vscode.l10n.t('Type a name with at least one letter or number.');
      const file = fileOf(template, folder, name);
      return (await exists(file))
        ? vscode.l10n.t('There is {0} already. Type another name.', vscode.workspace.asRelativePath(file))
        : null;
    },
  });
  const name = fileNameOf(typed ?? '');
  return name === '' ? null : name;
}

async function freeName(template: PromptTemplate, folder: vscode.Uri): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? template.name : `${template.name}-${number}`;
    if (!(await exists(fileOf(template, folder, name)))) return name;
  }
}

const fileOf = (template: PromptTemplate, folder: vscode.Uri, name: string): vscode.Uri =>
  vscode.Uri.joinPath(folder, ...template.path(name).split('/'));

const exists = (file: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(file)).then(
    () => true,
    () => false,
  );

function sayTaken(file: vscode.Uri): void {
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'There is {0} already, so nothing was written. Run it again with another name.',
      vscode.workspace.asRelativePath(file),
    ),
  );
}

async function openUntitled(template: PromptTemplate): Promise<void> {
  const language = template.path('').endsWith('.prompt.md') ? 'prompt' : 'markdown';
  const content = template.text(template.name);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }));
}

/** "Compress Prompt…": a diff of a prompt and its shorter self, and a view in which each change is switched. */
import * as vscode from 'vscode';
import type { Compression, TextRange } from '../../protocol/compression.ts';
import { farthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { closeDiff, compressedUri, openDiff } from '../compressed-diff.ts';
import { compressionItem, indexesOf } from '../compression-item.ts';
import { isCounted } from '../counted-documents.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { COMPRESSED_SCHEME, promptName } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { type CompressionNode, compressionNodes, compressionTotals } from '../text/compression-nodes.ts';
import { toRange } from '../to-range.ts';

/** Id of the view in package.json; it is there while a prompt is being compressed. */
const VIEW = 'farthing.compression';
const CONTEXT = 'farthing.compressing';

/** What is being compressed. */
interface Work {
  readonly uri: vscode.Uri;
  readonly range: TextRange | null;
  readonly found: Compression;
}

/** Registers the commands, the view, and the right side of the diff. */
export function compressPrompt({ daemon }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const textChanged = new vscode.EventEmitter<vscode.Uri>();
  let work: Work | null = null;
  let nodes: readonly CompressionNode[] = [];

  let view: vscode.TreeView<CompressionNode> | null = null;
  /** Made with the first use, since most windows never compress a prompt and all of them wait for activation. */
  const viewOf = (): vscode.TreeView<CompressionNode> => {
    if (view !== null) return view;
    view = vscode.window.createTreeView<CompressionNode>(VIEW, {
      treeDataProvider: {
        onDidChangeTreeData: changed.event,
        getChildren: (node) => [...(node?.below ?? nodes)],
        getTreeItem: compressionItem,
      },
      // VS Code's own way switches a group off with one of its lines, and the daemon says what goes together.
      manageCheckboxStateManually: true,
    });
    view.onDidChangeCheckboxState(({ items }) => void choose(items).catch(showError));
    return view;
  };

  const ask = (uri: vscode.Uri, range: TextRange | null, chosen?: readonly number[]) =>
    daemon.request(MESSAGES.compression, {
      uri: uri.toString(),
      ...(range === null ? {} : { range }),
      ...(chosen === undefined ? {} : { chosen }),
    });

  function show(next: Work | null): void {
    work = next;
    const document = next === null ? undefined : openDocument(next.uri);
    nodes =
      next === null || document === undefined
        ? []
        : compressionNodes(next.found, (range) => document.getText(toRange(range)), vscode.l10n);
    const shown = viewOf();
    shown.message = next === null ? '' : compressionTotals(next.found, vscode.l10n);
    shown.title = next === null ? '' : vscode.l10n.t('Compress {0}', promptName(next.uri.path));
    void vscode.commands.executeCommand('setContext', CONTEXT, next !== null);
    changed.fire(undefined);
    if (next !== null) textChanged.fire(compressedUri(next.uri));
  }

  async function begin(uri: vscode.Uri, range: TextRange | null): Promise<void> {
    await vscode.workspace.openTextDocument(uri);
    const found = await ask(uri, range);
    if (found.suggestions.length === 0) {
      void vscode.window.showInformationMessage(
        range === null
          ? vscode.l10n.t('Nothing in this prompt could be shorter without a loss, as far as the rules know.')
          : vscode.l10n.t(
              'Nothing in the selection could be shorter without a loss, as far as the rules know.',
            ),
      );
      return;
    }
    show({ uri, range, found });
    await openDiff(uri);
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  async function choose(
    boxes: readonly (readonly [CompressionNode, vscode.TreeItemCheckboxState])[],
  ): Promise<void> {
    if (work === null) return;
    const { uri, range, found: before } = work;
    const switched = new Map(
      boxes.flatMap(([node, state]) => indexesOf(node).map((index) => [index, state])),
    );
    const on = [...switched].filter(([, state]) => state === vscode.TreeItemCheckboxState.Checked);
    // What was switched on last comes first: it has a place that two want.
    const chosen = [...on.map(([index]) => index), ...before.chosen.filter((index) => !switched.has(index))];
    const found = await ask(uri, range, chosen);
    if (found.version !== before.version) {
      // Whoever edits the prompt meanwhile is given the suggestions for what it is now.
      show({ uri, range, found: await ask(uri, range) });
      return;
    }
    show({ uri, range, found });
  }

  async function apply(): Promise<void> {
    if (work === null) return;
    const { uri, found } = work;
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.version !== found.version) {
      show({ ...work, found: await ask(uri, work.range) });
      void vscode.window.showWarningMessage(
        vscode.l10n.t('The prompt changed meanwhile. Nothing was applied; look at the changes once more.'),
      );
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    for (const index of found.chosen)
      for (const { range, newText } of found.suggestions[index]?.edits ?? [])
        edit.replace(uri, toRange(range), newText);
    if (!(await vscode.workspace.applyEdit(edit))) throw farthingError('internal', {});
    await finish();
    await vscode.window.showTextDocument(document);
  }

  async function finish(): Promise<void> {
    const uri = work?.uri;
    show(null);
    if (uri === undefined) return;
    await closeDiff(uri);
  }

  /** Shows a change where it is. */
  async function reveal(node: CompressionNode): Promise<void> {
    const range = node.index === null ? undefined : work?.found.suggestions[node.index]?.range;
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === work?.uri.toString(),
    );
    editor?.revealRange(toRange(range ?? NOWHERE), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    if (editor !== undefined && range !== undefined)
      editor.selection = new vscode.Selection(toRange(range).start, toRange(range).end);
  }

  const command = (run: (target: unknown) => Promise<void>) => (target: unknown) =>
    run(target).catch(showError);
  return disposeAll([
    changed,
    textChanged,
    { dispose: () => view?.dispose() },
    vscode.workspace.registerTextDocumentContentProvider(COMPRESSED_SCHEME, {
      onDidChange: textChanged.event,
      provideTextDocumentContent: () => work?.found.text ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (work !== null && uri.toString() === compressedUri(work.uri).toString()) show(null);
    }),
    vscode.commands.registerCommand(
      'farthing.compressPrompt',
      command(async (target) => begin(promptOf(target), null)),
    ),
    vscode.commands.registerCommand(
      'farthing.compressSelection',
      command(async () => {
        const editor = vscode.window.activeTextEditor;
        if (editor === undefined || !isCounted(editor.document)) throw farthingError('noPrompt', {});
        return begin(editor.document.uri, editor.selection.isEmpty ? null : editor.selection);
      }),
    ),
    vscode.commands.registerCommand('farthing.applyCompression', command(apply)),
    vscode.commands.registerCommand('farthing.discardCompression', command(finish)),
    vscode.commands.registerCommand(
      'farthing.revealCompression',
      command((node) => reveal(node as CompressionNode)),
    ),
  ]);
}

const NOWHERE: TextRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The prompt that a command names, or that is active. */
function promptOf(target: unknown): vscode.Uri {
  if (target instanceof vscode.Uri) return target;
  if (typeof target === 'string') return vscode.Uri.parse(target);
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isCounted(document)) throw farthingError('noPrompt', {});
  return document.uri;
}

const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());

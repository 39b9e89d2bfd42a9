/** "Toggle Token Heat": shades the lines of a prompt by their tokens, and shows how a word splits into them. */
import * as vscode from 'vscode';
import { MESSAGES } from '../../protocol/messages.ts';
import { coalesce } from '../coalesce.ts';
import { isCounted } from '../counted-documents.ts';
import { disposeAll } from '../emitter.ts';
import { createHeatDecorations } from '../heat-decorations.ts';
import type { FeatureHost } from '../host.ts';
import { PROMPT_SELECTOR } from '../prompt-documents.ts';
import { heatLines, piecesText } from '../text/token-heat.ts';

/** A burst of key presses, or of lines that scroll by, is one request. */
const EVERY_MS = 80;
/** Lines above and below those that are seen, so that scrolling shows few that are not shaded yet. */
const MARGIN = 30;

/** Registers the command. Nothing is asked, drawn or hovered until it is used. */
export function tokenHeat({ daemon, log }: FeatureHost): vscode.Disposable {
  const warm = new Set<string>();
  let heat: ReturnType<typeof follow> | null = null;
  const isWarm = ({ uri }: vscode.TextDocument) => warm.has(uri.toString());

  const draw = async (editor: vscode.TextEditor) => {
    const { document, visibleRanges } = editor;
    const seen = visibleRanges.flatMap(({ start, end }) => [start.line, end.line]);
    if (seen.length === 0) return;
    const { version } = document;
    const found = await daemon.request(MESSAGES.lineTokens, {
      uri: document.uri.toString(),
      version,
      first: Math.max(0, Math.min(...seen) - MARGIN),
      last: Math.max(...seen) + MARGIN,
    });
    // A newer one is on its way, and a stale number is a wrong one.
    if (document.version !== version || !isWarm(document)) return;
    heat?.set(editor, found === null ? [] : heatLines(found));
  };
  const drawAll = coalesce(() => {
    if (daemon.state !== 'running') return;
    for (const editor of vscode.window.visibleTextEditors)
      if (isWarm(editor.document))
        draw(editor).catch((error: Error) => log.debug(`token heat: ${error.message}`));
  }, EVERY_MS);

  const toggle = () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isCounted(document)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a prompt first, then shade its lines by their tokens.'),
      );
      return;
    }
    heat ??= follow();
    const uri = document.uri.toString();
    if (!warm.delete(uri)) warm.add(uri);
    for (const editor of vscode.window.visibleTextEditors) if (!isWarm(editor.document)) heat.set(editor, []);
    drawAll.request();
  };

  const hover: vscode.HoverProvider = {
    async provideHover(document, { line, character }, token) {
      if (!isWarm(document)) return null;
      const { version } = document;
      const params = { uri: document.uri.toString(), version, line, character };
      const found = await daemon.request(MESSAGES.tokenPieces, params, token).catch((error: Error) => {
        log.debug(`token hover: ${error.message}`);
        return null;
      });
      if (found === null || document.version !== version) return null;
      const range = new vscode.Range(found.line, found.start, found.line, found.end);
      return new vscode.Hover(new vscode.MarkdownString(piecesText(found, vscode.l10n)), range);
    },
  };

  /** From the first use on; most windows have none, and all of them wait for activation. */
  const follow = () => {
    const decorations = createHeatDecorations();
    const parts = disposeAll([
      decorations,
      vscode.languages.registerHoverProvider([...PROMPT_SELECTOR], hover),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isWarm(document)) drawAll.request();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void warm.delete(uri.toString())),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        if (warm.size > 0) drawAll.request();
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (isWarm(textEditor.document)) drawAll.request();
      }),
      daemon.onDidChange(() => {
        if (warm.size > 0) drawAll.request();
      }),
    ]);
    return { set: decorations.set, dispose: parts.dispose };
  };

  return disposeAll([
    drawAll,
    { dispose: () => heat?.dispose() },
    vscode.commands.registerCommand('farthing.toggleTokenHeat', toggle),
  ]);
}

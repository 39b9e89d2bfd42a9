/** The Farthing view in the side bar: gives the webview its page, its state, and runs what its buttons ask for. */
import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import {
  type PanelCommand,
  type PanelState,
  parseFromPanel,
  type ToPanel,
} from '../../protocol/panel-messages.ts';

/** Changes within this many milliseconds reach the webview as one. */
const COALESCE_MS = 100;

export interface PanelOptions {
  readonly extensionUri: vscode.Uri;
  /** The state as it is now. */
  state(): PanelState;
  readonly onDidChange: vscode.Event<void>;
  runCommand(command: PanelCommand): void;
  showCall(callId: string): void;
}

/**
 * The provider of the view. It sends the state when the page asks for it and, while the page can be seen, after
 * every change; a hidden page has been thrown away by VS Code and asks again when it comes back.
 */
export function createPanel(options: PanelOptions): vscode.WebviewViewProvider & vscode.Disposable {
  let view: vscode.WebviewView | null = null;
  let timer: NodeJS.Timeout | null = null;

  const send = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (view?.visible !== true) return;
    const message: ToPanel = { type: 'state', state: options.state() };
    void view.webview.postMessage(message);
  };
  const changes = options.onDidChange(() => {
    if (view?.visible === true) timer ??= setTimeout(send, COALESCE_MS);
  });
  const receive = (raw: unknown): void => {
    const message = parseFromPanel(raw);
    if (message?.type === 'ready') send();
    if (message?.type === 'command') options.runCommand(message.command);
    if (message?.type === 'showCall') options.showCall(message.callId);
  };

  return {
    resolveWebviewView(resolved) {
      view = resolved;
      // `with` rather than Uri.joinPath: it keeps this module free of the editor, so that plain tests can load it.
      const root = options.extensionUri.with({ path: `${options.extensionUri.path}/dist/webview` });
      resolved.webview.options = { enableScripts: true, localResourceRoots: [root] };
      const listeners = [
        resolved.webview.onDidReceiveMessage(receive),
        resolved.onDidChangeVisibility(send),
        resolved.onDidDispose(() => {
          for (const listener of listeners) listener.dispose();
          if (view === resolved) view = null;
        }),
      ];
      resolved.webview.html = pageOf(resolved.webview, root);
    },
    dispose() {
      changes.dispose();
      if (timer !== null) clearTimeout(timer);
      timer = null;
      view = null;
    },
  };
}

/** The page: one script by nonce, one style sheet, and nothing from anywhere else. */
function pageOf(webview: vscode.Webview, root: vscode.Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const file = (name: string): string =>
    webview.asWebviewUri(root.with({ path: `${root.path}/${name}` })).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "img-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Farthing</title>
  <link rel="stylesheet" href="${file('panel.css')}">
</head>
<body>
  <main id="panel"><p>Farthing is loading…</p></main>
  <div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>
  <script nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>
`;
}

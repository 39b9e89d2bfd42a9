import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { createPanel } from '../../client/features/panel.ts';
import type { PanelCommand, ToPanel } from '../../protocol/panel-messages.ts';
import { panelState } from './states.ts';

describe('The provider of the panel', () => {
  it('gives a page that runs its own script and nothing else', () => {
    const { view } = startPanel();
    const page = view.webview.html;
    const nonce = /script-src 'nonce-([0-9a-f]{32})';/.exec(page)?.[1];
    assert.ok(nonce !== undefined);
    assert.ok(page.includes("default-src 'none'"));
    assert.ok(page.includes('style-src vscode-resource:;'));
    assert.ok(page.includes(`<script nonce="${nonce}" src="webview:/extension/dist/webview/panel.js">`));
    assert.ok(!page.includes('unsafe'));
    assert.deepEqual(
      view.webview.options.localResourceRoots?.map((root) => root.path),
      ['/extension/dist/webview'],
    );
  });

  it('makes a new nonce for every page', () => {
    assert.notEqual(startPanel().view.webview.html, startPanel().view.webview.html);
  });

  it('sends the state when the page is ready, and not before', () => {
    const { posted, receive } = startPanel();
    assert.deepEqual(posted, []);
    receive({ type: 'ready' });
    assert.deepEqual(posted, [{ type: 'state', state: panelState() }]);
  });

  it('sends many changes as one', (context) => {
    const { posted, change } = startPanel(context);
    change();
    change();
    context.mock.timers.tick(99);
    assert.equal(posted.length, 0);
    context.mock.timers.tick(1);
    assert.equal(posted.length, 1);
    change();
    context.mock.timers.tick(100);
    assert.equal(posted.length, 2);
  });

  it('sends nothing to a hidden page, and the state when it is seen again', (context) => {
    const { posted, change, see } = startPanel(context);
    change();
    see(false);
    change();
    context.mock.timers.tick(1000);
    assert.equal(posted.length, 0);
    see(true);
    assert.equal(posted.length, 1);
  });

  it("runs the panel's own commands and ignores every other message", () => {
    const { receive, commands } = startPanel();
    receive({ type: 'command', command: 'farthing.openLog' });
    receive({ type: 'command', command: 'workbench.action.quit' });
    receive('text');
    assert.deepEqual(commands, ['farthing.openLog']);
  });

  it('shows the call that is asked for, and none without an id', () => {
    const { receive, shownCalls } = startPanel();
    receive({ type: 'showCall', callId: 'call-7' });
    receive({ type: 'showCall' });
    receive({ type: 'showCall', callId: '' });
    receive({ type: 'showCall', callId: 'x'.repeat(101) });
    assert.deepEqual(shownCalls, ['call-7']);
  });

  it('is silent once the view or the panel is gone', (context) => {
    const { posted, change, close, panel } = startPanel(context);
    change();
    close();
    context.mock.timers.tick(1000);
    panel.dispose();
    change();
    context.mock.timers.tick(1000);
    assert.deepEqual(posted, []);
  });
});

/** A panel in a fake view; with a context, on a clock that the test turns. */
function startPanel(context?: TestContext) {
  context?.mock.timers.enable({ apis: ['setTimeout'] });
  const posted: ToPanel[] = [];
  const commands: PanelCommand[] = [];
  const shownCalls: string[] = [];
  const changed = emitter<void>();
  const messages = emitter<unknown>();
  const visibility = emitter<void>();
  const closed = emitter<void>();
  const view = {
    visible: true,
    webview: {
      html: '',
      options: {} as vscode.WebviewOptions,
      cspSource: 'vscode-resource:',
      asWebviewUri: (uri: vscode.Uri) => ({ toString: () => `webview:${uri.path}` }),
      postMessage: async (message: ToPanel) => posted.push(message) > 0,
      onDidReceiveMessage: messages.event,
    },
    onDidChangeVisibility: visibility.event,
    onDidDispose: closed.event,
  };
  const panel = createPanel({
    extensionUri: fakeUri('/extension'),
    state: () => panelState(),
    onDidChange: changed.event,
    runCommand: (command) => commands.push(command),
    showCall: (callId) => shownCalls.push(callId),
  });
  panel.resolveWebviewView(
    view as unknown as vscode.WebviewView,
    {} as vscode.WebviewViewResolveContext,
    {} as vscode.CancellationToken,
  );
  return {
    panel,
    view,
    posted,
    commands,
    shownCalls,
    receive: messages.fire,
    change: () => changed.fire(),
    close: () => closed.fire(),
    see(visible: boolean) {
      view.visible = visible;
      visibility.fire();
    },
  };
}

function emitter<T>() {
  const listeners = new Set<(value: T) => void>();
  return {
    event: (listener: (value: T) => void): vscode.Disposable => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    fire: (value: T): void => {
      for (const listener of [...listeners]) listener(value);
    },
  };
}

/** As much of a Uri as the panel uses. */
function fakeUri(path: string): vscode.Uri {
  const uri = { path, with: (change: { path: string }) => fakeUri(change.path) };
  return uri as unknown as vscode.Uri;
}

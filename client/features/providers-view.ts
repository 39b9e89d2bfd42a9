/** The Providers view: which providers there are, where their keys come from, and how their endpoints do. */
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { MESSAGES, type ProviderState } from '../../protocol/messages.ts';
import { coalesce } from '../coalesce.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { pointInTime } from '../text/point-in-time.ts';
import { childrenOf, type Node, nodeText, type ProviderNode } from '../text/provider-nodes.ts';
import { opensNext, type Words } from '../text/provider-state.ts';
import { treeItem } from '../tree-item.ts';

/** Id of the view in package.json. */
const VIEW = 'farthing.providers';
/** Which welcome an empty view shows: "none", "stopped" or "". */
const CONTEXT = 'farthing.providersAre';
const REFRESH_MS = 150;
/** After a paused endpoint may be tried again, so that the daemon's clock has passed that moment, too. */
const REOPENS_MS = 250;

/** Registers the view. The daemon is asked while it is visible and when something changed, never at intervals. */
export function providersView(host: FeatureHost): vscode.Disposable {
  const { configuration, daemon, keys, log } = host;
  const changed = new vscode.EventEmitter<undefined>();
  let shown: readonly ProviderNode[] | null = null;
  let asked = 0;
  let reopens: ReturnType<typeof setTimeout> | null = null;

  const ask = async (): Promise<readonly ProviderNode[]> => {
    if (daemon.state === 'stopped') return [];
    const states = await daemon.request(MESSAGES.providers, {});
    refreshWhenReopened(states);
    const settings = configuration.settings().providers;
    const variableOf = (name: string) => settings.find((provider) => provider.name === name)?.keyEnvironment;
    return states.map((state) => ({ kind: 'provider', state, variable: variableOf(state.name) ?? null }));
  };
  /** Draws anew only what is different: a line that is drawn under the pointer loses its click. */
  const load = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const nodes = await ask().catch((error: unknown) => {
      // A daemon that is gone for a moment tells of itself when it is back.
      log.debug(`providers: ${error instanceof Error ? error.message : String(error)}`);
      return daemon.state === 'stopped' ? [] : null;
    });
    if (mine !== asked || nodes === null) return;
    setContext(nodes.length > 0 ? '' : daemon.state === 'stopped' ? 'stopped' : 'none');
    if (isDeepStrictEqual(nodes, shown)) return;
    shown = nodes;
    changed.fire(undefined);
  };
  const refresh = coalesce(() => {
    if (view.visible) void load();
  }, REFRESH_MS);
  const refreshWhenReopened = (states: readonly ProviderState[]) => {
    if (reopens !== null) clearTimeout(reopens);
    const at = opensNext(states.flatMap(({ endpoints }) => endpoints));
    const wait = at === null ? 0 : at - Date.now();
    reopens = at === null || wait < 0 ? null : setTimeout(() => refresh.request(), wait + REOPENS_MS);
  };

  const view = vscode.window.createTreeView<Node>(VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => {
        if (node !== undefined) return [...childrenOf(node)];
        if (shown === null) await load();
        return [...(shown ?? [])];
      },
      getTreeItem: (node) => treeItem(nodeText(node, words())),
    },
  });
  const drawMessage = () => {
    view.message = vscode.workspace.isTrusted
      ? ''
      : vscode.l10n.t('This workspace is not trusted: no provider is contacted until you trust it.');
  };
  drawMessage();

  return disposeAll([
    changed,
    refresh,
    view,
    { dispose: () => reopens !== null && clearTimeout(reopens) },
    vscode.commands.registerCommand('farthing.refreshProviders', () => refresh.request()),
    vscode.workspace.onDidGrantWorkspaceTrust(drawMessage),
    view.onDidChangeVisibility(() => refresh.request()),
    daemon.on(MESSAGES.healthChanged, () => refresh.request()),
    daemon.onDidChange(() => refresh.request()),
    configuration.onDidChange(() => refresh.request()),
    keys.onDidChange(() => refresh.request()),
  ]);
}

const words = (): Words => ({
  l10n: vscode.l10n,
  time: (at) => pointInTime(at, Date.now(), vscode.env.language),
});

const setContext = (value: 'none' | 'stopped' | '') =>
  void vscode.commands.executeCommand('setContext', CONTEXT, value);

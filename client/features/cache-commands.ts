/** What a person can take out of the cache: one answer that was wrong, or a scope, after a look at how much it is. */
import * as vscode from 'vscode';
import { formatCacheCount } from '../../protocol/cache-count.ts';
import { type CacheCount, type CacheScope, MESSAGES } from '../../protocol/messages.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { promptName } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { cacheEntryOf } from '../text/answer-text.ts';
import { answerOf } from './answers.ts';
import { namedPrompt } from './run-prompt.ts';

/** Features of this extension and of the command line, as the ledger has them. */
const FEATURES = ['prompt file', 'explain selection', 'command line'] as const;

/** Registers the commands. */
export function cacheCommands(host: FeatureHost): vscode.Disposable {
  return disposeAll([
    vscode.commands.registerCommand('farthing.forgetAnswer', (target: unknown) =>
      forget(host, target).catch(showError),
    ),
    vscode.commands.registerCommand('farthing.invalidateCache', () => invalidate(host).catch(showError)),
  ]);
}

async function forget({ daemon, runs }: FeatureHost, target: unknown): Promise<void> {
  const uri = answerOf(target);
  const answer = uri === undefined ? null : runs.answer(uri);
  const entry = answer === null ? null : cacheEntryOf(answer);
  if (uri === undefined || entry === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open the answer that was wrong. One that is not in the cache cannot be forgotten.'),
    );
    return;
  }
  const { forgotten } = await daemon.request(MESSAGES.forgetReply, { entry });
  runs.markForgotten(uri);
  void vscode.window.showInformationMessage(
    forgotten
      ? vscode.l10n.t('The answer is forgotten. The next run asks the provider anew.')
      : vscode.l10n.t('The cache did not have the answer any more. The next run asks the provider anew.'),
  );
}

/** A line of the list: a scope with what is in it, or a list of further scopes. */
type ScopeItem = vscode.QuickPickItem & {
  readonly scope: CacheScope | null;
  readonly count: CacheCount | null;
  readonly more: (() => Promise<ScopeItem | undefined>) | null;
};

async function invalidate(host: FeatureHost): Promise<void> {
  const chosen = await chooseScope(host);
  if (chosen === undefined || chosen.scope === null || chosen.count === null) return;
  const { scope, count, label } = chosen;
  if (count.entries === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0}: the cache has no such answer.', label));
    return;
  }
  const takeOut = vscode.l10n.t('Take Out');
  const confirmed = await vscode.window.showWarningMessage(
    vscode.l10n.t('Take {0} out of the cache?', formatCacheCount(count)),
    {
      modal: true,
      detail: vscode.l10n.t(
        '{0}. The next runs ask the provider anew, at its price. This cannot be undone.',
        label,
      ),
    },
    takeOut,
  );
  if (confirmed !== takeOut) return;
  const taken = await host.daemon.request(MESSAGES.invalidateCache, { scope, dryRun: false });
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Taken out of the cache: {0}.', formatCacheCount(taken)),
  );
}

async function chooseScope(host: FeatureHost): Promise<ScopeItem | undefined> {
  const prompt = namedPrompt(undefined);
  // Older versions can only be told from the one that is open.
  if (prompt !== null) await vscode.workspace.openTextDocument(prompt);
  const { t } = vscode.l10n;
  const scopes: (readonly [label: string, scope: CacheScope])[] = [
    [t('Everything'), { kind: 'everything' }],
    [t('Answers given in this workspace'), { kind: 'workspace' }],
  ];
  if (prompt !== null) {
    const [name, uri] = [promptName(prompt.path), prompt.toString()];
    scopes.push(
      [t('Answers to "{0}"', name), { kind: 'prompt', uri, olderOnly: false }],
      [t('Answers to older versions of "{0}"', name), { kind: 'prompt', uri, olderOnly: true }],
      [t('Answers under the system prompt of "{0}"', name), { kind: 'systemPrompt', uri }],
    );
  }
  const models = (olderOnly: boolean) =>
    host.configuration.settings().providers.flatMap(({ name, models: known }) =>
      known.map(({ id }) => {
        const scope = { kind: 'model', provider: name, model: id, olderOnly } as const;
        const label = olderOnly ? t('Answers of older versions of {0}', `${name}/${id}`) : `${name}/${id}`;
        return [label, scope] as const;
      }),
    );
  const items = await countAll(host, scopes);
  const list = (label: string, more: () => Promise<ScopeItem | undefined>): ScopeItem => ({
    label,
    scope: null,
    count: null,
    more,
  });
  items.push(
    list(t('Answers of a feature…'), () =>
      choose(
        host,
        FEATURES.map((feature) => [feature, { kind: 'feature', feature }]),
      ),
    ),
    list(t('Answers of a model…'), () => choose(host, models(false))),
    list(t('Answers of older versions of a model…'), () => choose(host, models(true))),
  );
  return pickFrom(items);
}

const choose = async (
  host: FeatureHost,
  scopes: readonly (readonly [label: string, scope: CacheScope])[],
): Promise<ScopeItem | undefined> => pickFrom(await countAll(host, scopes));

async function pickFrom(items: readonly ScopeItem[]): Promise<ScopeItem | undefined> {
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Take answers out of the cache'),
    placeHolder: vscode.l10n.t('Nothing is taken out before you confirm it.'),
    matchOnDescription: true,
  });
  return chosen?.more === null || chosen === undefined ? chosen : chosen.more();
}

/** The scopes with how much the cache holds of each now. */
const countAll = (
  { daemon }: FeatureHost,
  scopes: readonly (readonly [label: string, scope: CacheScope])[],
): Promise<ScopeItem[]> =>
  Promise.all(
    scopes.map(async ([label, scope]) => {
      const count = await daemon.request(MESSAGES.invalidateCache, { scope, dryRun: true });
      return { label, description: formatCacheCount(count), scope, count, more: null };
    }),
  );

/** What a person can take out of the cache: one answer that was wrong, or a scope, after a look at how much it is. */
import * as vscode from 'vscode';
import { formatCacheCount } from '../../protocol/cache-count.ts';
import { type CacheCount, MESSAGES } from '../../protocol/messages.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { judge } from '../judge-answer.ts';
import { promptName } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { cacheEntryOf } from '../text/answer-text.ts';
import { firstScopes, type NamedScope, type ScopeList, scopeLists } from '../text/cache-scopes.ts';
import { answerOf } from './answers.ts';
import { namedPrompt } from './run-prompt.ts';

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
  if (answer?.end?.receipt) void judge(daemon, answer.end.receipt, 'undone');
  const { forgotten } = await daemon.request(MESSAGES.forgetReply, { entry });
  runs.markForgotten(uri);
  void vscode.window.showInformationMessage(
    forgotten
      ? vscode.l10n.t('The answer is forgotten. The next run asks the provider anew.')
      : vscode.l10n.t('The cache did not have the answer any more. The next run asks the provider anew.'),
  );
}

/** A scope with what the cache holds of it now. */
interface CountedScope extends NamedScope {
  readonly count: CacheCount;
}

/** A line of the list: a scope, or a list of further scopes. */
type ScopeItem = vscode.QuickPickItem & { readonly means: CountedScope | ScopeList };

async function invalidate(host: FeatureHost): Promise<void> {
  const chosen = await chooseScope(host);
  if (chosen === undefined) return;
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

async function chooseScope(host: FeatureHost): Promise<CountedScope | undefined> {
  const prompt = namedPrompt(undefined);
  // Older versions can only be told from the one that is open.
  if (prompt !== null) await vscode.workspace.openTextDocument(prompt);
  const open = prompt === null ? null : { name: promptName(prompt.path), uri: prompt.toString() };
  const lists = scopeLists(host.configuration.settings().providers, vscode.l10n);
  const chosen = await pickFrom([
    ...(await countAll(host, firstScopes(open, vscode.l10n))),
    ...lists.map((means): ScopeItem => ({ label: means.label, means })),
  ]);
  if (chosen === undefined || 'count' in chosen) return chosen;
  const further = await pickFrom(await countAll(host, chosen.scopes));
  return further !== undefined && 'count' in further ? further : undefined;
}

async function pickFrom(items: readonly ScopeItem[]): Promise<ScopeItem['means'] | undefined> {
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Take answers out of the cache'),
    placeHolder: vscode.l10n.t('Nothing is taken out before you confirm it.'),
    matchOnDescription: true,
  });
  return chosen?.means;
}

const countAll = ({ daemon }: FeatureHost, scopes: readonly NamedScope[]): Promise<ScopeItem[]> =>
  Promise.all(
    scopes.map(async ({ label, scope }) => {
      const count = await daemon.request(MESSAGES.invalidateCache, { scope, dryRun: true });
      return { label, description: formatCacheCount(count), means: { label, scope, count } };
    }),
  );

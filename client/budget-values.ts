/** What a budget may be for, as far as this window knows: its workspace, the settings, and the last calls. */
import os from 'node:os';
import * as vscode from 'vscode';
import type { BudgetScope } from '../protocol/budgets.ts';
import { toFarthingError } from '../protocol/errors.ts';
import { type CallLine, MESSAGES } from '../protocol/messages.ts';
import { SELECTION_TASK_NAMES, SELECTION_TASKS } from '../protocol/selection-tasks.ts';
import { startOfDay } from './day.ts';
import type { FeatureHost } from './host.ts';
import type { KnownValue } from './text/budget-choices.ts';

const LISTED_PROMPTS = 200;
const RECENT_CALLS = 50;

/** The values of a scope, those nearest to the user first; never rejects. */
export async function knownBudgetValues(
  host: FeatureHost,
  scope: BudgetScope,
): Promise<readonly KnownValue[]> {
  const { l10n } = vscode;
  const { providers, tags } = host.configuration.settings();
  const settings = l10n.t('from the settings');
  const calls = await recentCalls(host);
  const called = (value: (call: CallLine) => string | null) =>
    named(l10n.t('of a recent call'), calls.map(value));
  switch (scope) {
    case 'everything':
      return [];
    case 'workspace':
      return [
        ...named(l10n.t('this one'), [vscode.workspace.name ?? null]),
        ...called((call) => call.workspace),
      ];
    case 'feature':
      return [
        ...named('', [
          'prompt file',
          ...SELECTION_TASK_NAMES.map((task) => SELECTION_TASKS[task].feature),
          'command line',
        ]),
        ...called((call) => call.feature),
      ];
    case 'user':
      return named(l10n.t('you'), [os.userInfo().username]);
    case 'job':
      return promptFiles();
    case 'model':
      return [
        ...providers.flatMap(({ name, models }) =>
          named(
            name,
            models.map(({ id }) => id),
          ),
        ),
        ...called((call) => call.model),
      ];
    case 'provider':
      return [
        ...named(
          settings,
          providers.map(({ name }) => name),
        ),
        ...called((call) => call.provider),
      ];
    case 'tag':
      return named(settings, tags);
  }
}

const named = (from: string, values: readonly (string | null)[]): readonly KnownValue[] =>
  values.flatMap((value) => (value === null || value === '' ? [] : [{ value, from }]));

async function recentCalls({ daemon, log }: FeatureHost): Promise<readonly CallLine[]> {
  try {
    const since = startOfDay(Date.now());
    return (await daemon.request(MESSAGES.summary, { since, recent: RECENT_CALLS })).recent;
  } catch (error) {
    // The settings have most of them; what is missing can be typed.
    log.debug(`summary: ${toFarthingError(error).message}`);
    return [];
  }
}

/** A prompt file is known to the ledger by its URI. */
async function promptFiles(): Promise<readonly KnownValue[]> {
  const found = await vscode.workspace.findFiles('**/*.prompt.md', undefined, LISTED_PROMPTS);
  return found
    .map((uri) => ({ value: uri.toString(), from: vscode.workspace.asRelativePath(uri) }))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

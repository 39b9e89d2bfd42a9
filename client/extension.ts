/** The extension: connects to the daemon and runs one list of features. Everything else is in the list. */
import * as vscode from 'vscode';
import { createBudgets } from './budgets.ts';
import { createConfiguration } from './configuration.ts';
import { createDaemon } from './daemon/connection.ts';
import { createEstimates } from './estimates.ts';
import { answers } from './features/answers.ts';
import { auditContext } from './features/audit-context.ts';
import { breakdown } from './features/breakdown.ts';
import { budgetCommands } from './features/budgets-commands.ts';
import { budgetNotices } from './features/budgets-notices.ts';
import { budgetsView } from './features/budgets-view.ts';
import { cacheCommands } from './features/cache-commands.ts';
import { callDetails } from './features/call-details.ts';
import { chooseModel } from './features/choose-model.ts';
import { compareModels } from './features/compare-models.ts';
import { compressPrompt } from './features/compress-prompt.ts';
import { compressionRules } from './features/compression-rules.ts';
import { contextCommands } from './features/context-commands.ts';
import { countSelection } from './features/count-selection.ts';
import { daemonCommands } from './features/daemon-commands.ts';
import { example } from './features/example.ts';
import { explainCall } from './features/explain-call.ts';
import { keys } from './features/keys.ts';
import { promptLanguageStatus } from './features/language-status.ts';
import { newPrompt } from './features/new-prompt.ts';
import { notices } from './features/notices.ts';
import { panelView } from './features/panel-view.ts';
import { providerCommands } from './features/providers-commands.ts';
import { providerSetup } from './features/providers-setup.ts';
import { testConnection } from './features/providers-test.ts';
import { providersView } from './features/providers-view.ts';
import { runPrompt } from './features/run-prompt.ts';
import { snippetLightbulb } from './features/snippet-lightbulb.ts';
import { snippets } from './features/snippets.ts';
import { statusBar } from './features/status-bar.ts';
import { tokenHeat } from './features/token-heat.ts';
import { walkthrough } from './features/walkthrough.ts';
import type { Feature, FeatureHost } from './host.ts';
import { createKeys } from './keys.ts';
import { createLastEditor } from './last-editor.ts';
import { createRuns } from './runs.ts';

/** Everything that the user can see or do. */
const FEATURES: readonly Feature[] = [
  // Before whatever may show an answer.
  answers,
  runPrompt,
  explainCall,
  compareModels,
  auditContext,
  snippets,
  snippetLightbulb,
  cacheCommands,
  chooseModel,
  contextCommands,
  compressPrompt,
  compressionRules,
  callDetails,
  keys,
  statusBar,
  breakdown,
  countSelection,
  tokenHeat,
  promptLanguageStatus,
  panelView,
  budgetsView,
  budgetCommands,
  budgetNotices,
  providersView,
  providerSetup,
  testConnection,
  providerCommands,
  daemonCommands,
  notices,
  example,
  newPrompt,
  walkthrough,
];

/** Starts the extension. Returns before the daemon answers: what needs it waits for it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Farthing', { log: true });
  const daemon = createDaemon(context, log);
  const configuration = createConfiguration(daemon, log);
  const host: FeatureHost = {
    context,
    log,
    daemon,
    configuration,
    keys: createKeys(context.secrets, process.env, daemon, configuration, log),
    estimates: createEstimates(daemon),
    runs: createRuns(daemon),
    budgets: createBudgets(daemon, (line) => log.debug(line)),
    lastEditor: createLastEditor(),
  };
  const { keys: keyRing, estimates, runs, budgets, lastEditor } = host;
  context.subscriptions.push(log, daemon, configuration, keyRing, estimates, runs, budgets, lastEditor);
  for (const feature of FEATURES) context.subscriptions.push(feature(host));
  // Last, so that no message of the daemon comes before the features that handle it.
  daemon.start();
}

/** Which commands help with which error: the buttons of an error's message. */
import type { ErrorCode } from '../../protocol/errors.ts';

/** A button and what it does. */
export interface ErrorAction {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

const action = (title: string, command: string, ...parameters: string[]): ErrorAction => ({
  title,
  command,
  arguments: parameters,
});

const SET_KEY = action('Set API Key', 'farthing.setKey');
const SET_UP = action('Set Up Provider', 'farthing.setUpProvider');
const TEST = action('Test Connection', 'farthing.testConnection');
const OPEN_LOG = action('Open Log', 'farthing.openLog');
const settings = (key: string) => action('Open Settings', 'workbench.action.openSettings', key);
/** A list of objects is edited as JSON only. */
const PROVIDERS = action('Open Settings', 'farthing.editProvider');

const SHOW_BUDGETS = action('Show Budgets', 'farthing.showBudgets');
const EDIT_BUDGET = action('Edit Budget…', 'farthing.editBudget');

const ACTIONS: Readonly<Partial<Record<ErrorCode, readonly ErrorAction[]>>> = {
  noKey: [SET_KEY, SET_UP],
  keyRefused: [SET_KEY],
  noSuchModel: [settings('farthing.model')],
  unknownModel: [PROVIDERS],
  noProvider: [SET_UP, PROVIDERS],
  unknownProvider: [SET_UP, PROVIDERS],
  network: [TEST, PROVIDERS],
  slowStart: [TEST, PROVIDERS],
  notCached: [action('Run Prompt', 'farthing.runPrompt')],
  overBudget: [SHOW_BUDGETS, EDIT_BUDGET],
  overRate: [SHOW_BUDGETS, EDIT_BUDGET],
  unpricedBudget: [SHOW_BUDGETS, settings('farthing.prices')],
  budgetUnkept: [settings('farthing.budgets.enabled')],
  badBudget: [SHOW_BUDGETS],
  endpointPaused: [TEST],
  timeout: [settings('farthing.request.timeoutSeconds')],
  promptTooLarge: [settings('farthing.prompt.limitMegabytes')],
  untrusted: [action('Manage Workspace Trust', 'workbench.trust.manage')],
  daemonStoppedByUser: [action('Restart', 'farthing.restartDaemon')],
  daemonUnreachable: [action('Restart', 'farthing.restartDaemon'), OPEN_LOG],
  internal: [OPEN_LOG],
};

/** The button for an answer that broke off: asks for the rest of what the document `answer` shows. */
export const continueAnswer = (answer: string): ErrorAction =>
  action('Continue', 'farthing.continueAnswer', answer);

/** The buttons for an error; none where its sentence says all there is to do. */
export const errorActions = (code: ErrorCode): readonly ErrorAction[] => ACTIONS[code] ?? [];

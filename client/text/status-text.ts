/** What the status bar and the language status say about the open prompt. */
import { escapeMarkdown } from '../../protocol/markdown.ts';
import type { NamedRoute } from '../../protocol/model-comparison.ts';
import { formatMoney } from '../../protocol/money.ts';
import type { DaemonState } from '../../protocol/panel-messages.ts';
import { contextShare, inputCount, outputLine } from '../../protocol/preview-text.ts';
import { formatTokens, type Preview } from '../../protocol/receipt.ts';
import type { TextCount } from '../../protocol/token-counts.ts';

/** An item of the status bar. */
export interface StatusText {
  /** With VS Code's icon syntax. */
  readonly text: string;
  /** Markdown without HTML. */
  readonly tooltip: string;
  /** Run by a click. */
  readonly command: string;
  /** For screen readers, without icons. */
  readonly label: string;
  readonly warning: boolean;
}

/** What is known of the open prompt at the moment. */
export interface PromptStatus {
  readonly preview: Preview | null;
  /** The model that was chosen for the estimate alone; left out where it is that of a run. */
  readonly estimatedWith?: NamedRoute | undefined;
  /** Why there is no preview. */
  readonly problem: string | null;
  /** The model that answers now; "" before it is known, null when no run is under way. */
  readonly running: string | null;
  /** Why the daemon is stopped; null while it is not. */
  readonly stopped: string | null;
  /** What is selected; null where nothing is, and until it is counted. */
  readonly selection?: TextCount | null;
}

const SHOW_COSTS = 'farthing.focusPanel';
const SHOW_BREAKDOWN = 'farthing.showBreakdown';

/** From this share of the context window on, in percent, it is worth a place in the status bar. */
const NOTABLE_SHARE = 50;

/** The status of a prompt; null when there is nothing to say yet. */
export function promptStatus({
  preview,
  problem,
  running,
  stopped,
  estimatedWith,
  selection = null,
}: PromptStatus): StatusText | null {
  if (stopped !== null) {
    return {
      text: '$(debug-disconnect) Farthing stopped',
      tooltip: escapeMarkdown(stopped),
      command: 'farthing.restartDaemon',
      label: `Farthing: ${stopped}`,
      warning: false,
    };
  }
  if (running !== null) {
    const what = running === '' ? 'Running' : `Running ${running}`;
    return {
      text: `$(sync~spin) ${running === '' ? 'Running…' : running}`,
      tooltip: `${escapeMarkdown(what)}… Click to cancel.`,
      command: 'farthing.cancelRun',
      label: `Farthing: ${what}`,
      warning: false,
    };
  }
  if (problem !== null) {
    return {
      text: '$(warning) Farthing',
      tooltip: escapeMarkdown(problem),
      command: SHOW_COSTS,
      label: `Farthing: ${problem}`,
      warning: true,
    };
  }
  if (preview === null) return null;
  const tokens = inputCount(preview);
  const price = preview.cached ? 'cached, $0' : formatMoney(preview.cost.nano);
  const selected = selection === null ? '' : formatTokens(selection.tokens, selection.approximate);
  const model = estimatedWith === undefined ? '' : ` with ${preview.model}`;
  return {
    text: `$(pulse) ${selected === '' ? '' : `${selected} of `}${tokens} tok · ${price}${model}${notableShare(preview)}`,
    tooltip: tooltip(preview, estimatedWith, selection),
    command: SHOW_BREAKDOWN,
    label: `Farthing: ${selected === '' ? '' : `${spoken(selected)} tokens selected of `}${spoken(tokens)} input tokens, ${price}, with ${preview.model}${estimatedWith === undefined ? '' : ', for the estimate only'}`,
    warning: false,
  };
}

/** The status of a file that agents load: it is never run, so that only its tokens are said. Null before there are any. */
export function loadedStatus(preview: Preview | null, selection: TextCount | null): StatusText | null {
  if (preview === null) return null;
  const tokens = inputCount(preview);
  const selected = selection === null ? '' : `${formatTokens(selection.tokens, selection.approximate)} of `;
  return {
    text: `$(pulse) ${selected}${tokens} tok`,
    tooltip: [
      `**${escapeMarkdown(preview.model)}**`,
      `${tokens} tokens in each turn of an agent that loads this file${contextShare(preview)}`,
      'Click to see where the tokens are.',
    ].join('\n\n'),
    command: SHOW_BREAKDOWN,
    label: `Farthing: ${spoken(`${selected}${tokens}`)} tokens in every turn, as ${preview.model} counts them`,
    warning: false,
  };
}

const spoken = (tokens: string): string => tokens.replace('≈', 'about ').replace('+', ' or more');

function notableShare({ inputTokens, contextTokens }: Preview): string {
  const percent = contextTokens === null || contextTokens === 0 ? 0 : (100 * inputTokens) / contextTokens;
  return percent < NOTABLE_SHARE ? '' : ` · ${Math.round(percent)} % of context`;
}

function tooltip(
  preview: Preview,
  estimatedWith: NamedRoute | undefined,
  selection: TextCount | null,
): string {
  const provider = `${escapeMarkdown(preview.provider)}${preview.simulated ? ' (simulated)' : ''}`;
  const lines = [
    `**${escapeMarkdown(preview.model)}** · ${provider}`,
    estimatedWith === undefined
      ? null
      : 'The model that you chose for the estimate. A run uses its own; Farthing: Compare Models changes it back.',
    ...budgetLines(preview),
    selection === null
      ? null
      : `Selected: ${formatTokens(selection.tokens, selection.approximate)} tokens, ${selection.inputNano === null ? 'price unknown' : `${formatMoney(selection.inputNano)} as input`}`,
    `${formatTokens(preview.inputTokens, preview.approximate)} input tokens${contextShare(preview)}`,
    preview.missing.length === 0
      ? null
      : `More with a value for ${escapeMarkdown(preview.missing.join(', '))}, which is asked for before a run.`,
    outputLine(preview),
    preview.cached ? 'An answer is in the cache: a run now costs nothing.' : null,
    preview.cost.nano === null ? 'The price is unknown. Set it in `farthing.prices`.' : null,
    'Estimate; the line under the answer says what was billed. Click to see where the tokens are.',
  ];
  return lines.filter((line) => line !== null).join('\n\n');
}

/** What budgets would do to a run, and why: another model than the prompt's, or no run at all. */
const budgetLines = ({ decisions, cached }: Preview): readonly string[] =>
  decisions
    .filter(({ stage, action }) => stage === 'budget' && (action !== 'refused' || !cached))
    .map(({ action, why }) =>
      escapeMarkdown(action === 'refused' ? `A run now would be refused. ${why}` : why),
    );

/** How the daemon is, in a word or two. */
export const DAEMON_STATES: Readonly<Record<DaemonState, string>> = {
  starting: 'daemon starts',
  running: 'daemon runs',
  restarting: 'daemon restarts',
  stopped: 'daemon stopped',
};

/** The language status of prompts: model, how exactly it is counted, and the daemon. */
export function languageStatus(
  preview: Preview | null,
  daemon: DaemonState,
): { readonly text: string; readonly detail: string } {
  if (preview === null) return { text: 'Farthing', detail: DAEMON_STATES[daemon] };
  const chosen = preview.tier === null ? '' : 'chosen by Farthing, ';
  const counting = preview.approximate ? 'counted approximately' : 'counted exactly';
  return {
    text: preview.tier === null ? preview.model : `${preview.model} (${preview.tier})`,
    detail: `${preview.simulated ? 'Demo, ' : ''}${chosen}${counting}, ${DAEMON_STATES[daemon]}`,
  };
}

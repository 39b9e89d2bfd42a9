/** What the status bar and the language status say about the open prompt. */
import { escapeMarkdown } from '../../protocol/markdown.ts';
import { formatMoney } from '../../protocol/money.ts';
import type { DaemonState } from '../../protocol/panel-messages.ts';
import { contextShare, inputCount, outputLine } from '../../protocol/preview-text.ts';
import { formatTokens, type Preview } from '../../protocol/receipt.ts';

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
  /** Why there is no preview. */
  readonly problem: string | null;
  /** The model that answers now; "" before it is known, null when no run is under way. */
  readonly running: string | null;
  /** Why the daemon is stopped; null while it is not. */
  readonly stopped: string | null;
}

const SHOW_COSTS = 'farthing.focusPanel';

/** The status of a prompt; null when there is nothing to say yet. */
export function promptStatus({ preview, problem, running, stopped }: PromptStatus): StatusText | null {
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
  return {
    text: `$(pulse) ${tokens} tok · ${price}`,
    tooltip: tooltip(preview),
    command: SHOW_COSTS,
    label: `Farthing: ${tokens.replace('≈', 'about ').replace('+', ' or more')} input tokens, ${price}, with ${preview.model}`,
    warning: false,
  };
}

function tooltip(preview: Preview): string {
  const provider = `${escapeMarkdown(preview.provider)}${preview.simulated ? ' (simulated)' : ''}`;
  const lines = [
    `**${escapeMarkdown(preview.model)}** · ${provider}`,
    ...budgetLines(preview),
    `${formatTokens(preview.inputTokens, preview.approximate)} input tokens${contextShare(preview)}`,
    preview.missing.length === 0
      ? null
      : `More with a value for ${escapeMarkdown(preview.missing.join(', '))}, which is asked for before a run.`,
    outputLine(preview),
    preview.cached ? 'An answer is in the cache: a run now costs nothing.' : null,
    preview.cost.nano === null ? 'The price is unknown. Set it in `farthing.prices`.' : null,
    'Estimate; the line under the answer says what was billed.',
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

/** What the status bar and the language status say about the open prompt. */
import { formatMoney, groupThousands } from '../../protocol/money.ts';
import type { DaemonState } from '../../protocol/panel-messages.ts';
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
  const tokens = `${formatTokens(preview.inputTokens, preview.approximate)}${preview.missing.length > 0 ? '+' : ''}`;
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

function contextShare({ inputTokens, contextTokens }: Preview): string {
  if (contextTokens === null) return '';
  const percent = (100 * inputTokens) / contextTokens;
  const share = percent > 0 && percent < 1 ? 'under 1' : String(Math.round(percent));
  return `, ${share} % of the context window (${groupThousands(String(contextTokens))})`;
}

function outputLine({ outputTokens, outputBasis, pastRuns }: Preview): string {
  const tokens = `${groupThousands(String(outputTokens))} output tokens`;
  switch (outputBasis) {
    case 'past runs':
      return `${tokens}: median of ${pastRuns} past ${pastRuns === 1 ? 'run' : 'runs'}`;
    case 'max tokens':
      return `${tokens} at most, as the prompt limits them`;
    case 'assumed':
      return `assumed ${tokens}; no past runs`;
  }
}

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
  const counting = preview.approximate ? 'counted approximately' : 'counted exactly';
  return {
    text: preview.model,
    detail: `${preview.simulated ? 'Demo, ' : ''}${counting}, ${DAEMON_STATES[daemon]}`,
  };
}

/** Text as Markdown shows it unchanged. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');

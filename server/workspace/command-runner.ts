/** Runs the user's command on a copy of the workspace with an answer's changes. */
import { tmpdir } from 'node:os';
import { farthingError } from '../../protocol/errors.ts';
import type { CommandRequest, CommandResult, CommandRunner } from '../gates/command-runner.ts';
import { NOT_RUN } from '../gates/file-changes.ts';
import type { Clock } from '../pipeline/ports.ts';
import { type NotStarted, type ProcessEnding, runBounded } from './bounded-process.ts';
import { type CheckFolder, makeCheckFolder, removeLeftovers } from './check-folder.ts';
import { type CopyLimits, copyWorkspace } from './copy-workspace.ts';
import { commandEnvironment } from './environment.ts';
import { createTurns } from './turns.ts';
import { writeChanges } from './write-changes.ts';

/** More than a project has without what is built or installed. */
const LIMITS: CopyLimits = { mostBytes: 256 * 1024 * 1024, mostFiles: 50_000 };

/** Commands at one time: more would only be slower together, and run into their time limits. */
const MOST_AT_ONCE = 2;

/** What tests decide otherwise. */
export interface CommandRunnerOptions {
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly limits?: CopyLimits;
  /** Where the temporary folders are made. */
  readonly parent?: string;
}

/** The runner, and how it is ended with all that runs. */
export interface ClosableCommandRunner extends CommandRunner {
  close(): void;
}

/** Makes the runner; nothing happens before the first request. */
export function createCommandRunner(options: CommandRunnerOptions): ClosableCommandRunner {
  const { clock, environment = process.env, limits = LIMITS, parent = tmpdir() } = options;
  const closing = new AbortController();
  const takeTurn = createTurns(MOST_AT_ONCE);
  let tidied: Promise<void> | null = null;

  async function runIn(place: CheckFolder, request: CommandRequest): Promise<CommandResult> {
    const { signal, folder, changes } = request;
    const own = commandEnvironment(environment, place.temporary);
    const isCopied = await copyWorkspace(folder, place.copy, { ...limits, environment: own, signal });
    if (!isCopied) return { kind: 'notRun', why: tooLarge(limits) };
    if (signal.aborted) throw farthingError('cancelled', {});
    const refusal = await writeChanges(place.copy, changes);
    if (refusal !== null) return refusal;
    const ending = await runBounded({ ...request, folder: place.copy, environment: own, clock });
    return resultOf(ending, place);
  }

  return {
    async run(request) {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      if (signal.aborted) throw farthingError('cancelled', {});
      // What a dead daemon left is no reason not to check: it is only looked for once.
      tidied ??= removeLeftovers(parent).catch(() => undefined);
      await tidied;
      let place: CheckFolder | null = null;
      let giveBack: (() => void) | null = null;
      try {
        giveBack = await takeTurn(signal);
        place = await makeCheckFolder(parent);
        return await runIn(place, { ...request, signal });
      } catch (error) {
        if (signal.aborted) throw farthingError('cancelled', {}, { cause: error });
        return { kind: 'notRun', why: uncopied(error) };
      } finally {
        // One that cannot be removed is looked for again when the daemon starts anew.
        await place?.remove().catch(() => undefined);
        giveBack?.();
      }
    },
    close: () => closing.abort(),
  };
}

function resultOf(ending: ProcessEnding | NotStarted, { copy }: CheckFolder): CommandResult {
  if (ending.kind === 'notStarted') return { kind: 'notRun', why: unstarted(ending) };
  if (ending.kind === 'cancelled') throw farthingError('cancelled', {});
  const { kind, code, signal, milliseconds } = ending;
  // Where the copy is says nothing to anybody, and is another place each time.
  const output = ending.output.replaceAll(`${copy}/`, '').replaceAll(copy, '.');
  if (kind === 'timedOut') return { kind, milliseconds, output };
  if (code === 0) return { kind: 'passed', milliseconds };
  return {
    kind: 'failed',
    ending: code === null ? `signal ${signal}` : `exit code ${code}`,
    milliseconds,
    output,
  };
}

const tooLarge = ({ mostBytes, mostFiles }: CopyLimits): string =>
  `The workspace is too large to be copied (over ${Math.floor(mostBytes / 1024 / 1024)} MB or ${mostFiles} files that git does not ignore), so ${NOT_RUN}.`;

const unstarted = ({ code }: NotStarted): string =>
  code === 'ENOENT'
    ? 'The command of farthing.cascade.command is not there, so the answer was not checked by it. Give the full path of its program.'
    : `The command of farthing.cascade.command cannot be started (${code}), so the answer was not checked by it. Name a program that runs without a shell.`;

/** The system's code alone: its message has paths. */
const uncopied = (error: unknown): string =>
  `The workspace cannot be copied (${(error as NodeJS.ErrnoException | null)?.code ?? 'unknown fault'}), so ${NOT_RUN}.`;

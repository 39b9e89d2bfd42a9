/** What a command sees of the outside: its streams, its environment, and the signal to stop. */
import type { StatePaths } from '../process/state-folder.ts';

/** The surroundings of one command. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: StatePaths;
  /** Aborts at Ctrl+C; whoever reads it takes on to end then. */
  readonly signal: AbortSignal;
  /** What was asked for; goes to standard output. */
  out(text: string): void;
  /** What accompanies it; goes to standard error. */
  note(line: string): void;
  readInput(): Promise<Uint8Array>;
}

/** A command's wish to end with this sentence and exit code 2: it was called in a way it does not understand. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the command check needs of the outside; `server/workspace/` implements it. */
import type { Hunk } from './unified-diff.ts';

/** A change of one file, with paths as the answer writes them: nothing is known of where they lead. */
export type FileChange =
  | { readonly kind: 'whole'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'patch';
      /** Null for a file that is new. */
      readonly from: string | null;
      /** Null for a file that goes; another name than `from` for one that moves. */
      readonly to: string | null;
      readonly hunks: readonly Hunk[];
    };

/** A command to run on a workspace with changes. */
export interface CommandRequest {
  /** The workspace, an absolute path. It is read, and never written. */
  readonly folder: string;
  readonly changes: readonly FileChange[];
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Aborting it ends the command and whatever it started. */
  readonly signal: AbortSignal;
}

/** What became of it. `output` is the end of what it wrote. */
export type CommandResult =
  | { readonly kind: 'passed'; readonly milliseconds: number }
  /** `ending` is "exit code 1" or "signal SIGSEGV". */
  | {
      readonly kind: 'failed';
      readonly ending: string;
      readonly milliseconds: number;
      readonly output: string;
    }
  | { readonly kind: 'timedOut'; readonly milliseconds: number; readonly output: string }
  /** The changes cannot be made, which is the answer's fault: a sentence that quotes no more of it than a path. */
  | { readonly kind: 'unfit'; readonly why: string }
  /** Nothing can be said of the answer: a sentence for the user, without a word of it. */
  | { readonly kind: 'notRun'; readonly why: string };

/** Runs commands on copies of workspaces. */
export interface CommandRunner {
  /** Leaves nothing behind, however it ends. Throws "cancelled" when the signal is aborted. */
  run(request: CommandRequest): Promise<CommandResult>;
}

/** What a feature gets, and what it is. */
import type * as vscode from 'vscode';
import type { Budgets } from './budgets.ts';
import type { Configuration } from './configuration.ts';
import type { Daemon } from './daemon/connection.ts';
import type { Estimates } from './estimates.ts';
import type { Keys } from './keys.ts';
import type { LastEditor } from './last-editor.ts';
import type { Runs } from './runs.ts';

/** Everything that features share. */
export interface FeatureHost {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly daemon: Daemon;
  readonly configuration: Configuration;
  readonly keys: Keys;
  readonly estimates: Estimates;
  readonly runs: Runs;
  readonly budgets: Budgets;
  readonly lastEditor: LastEditor;
}

/** One thing that the user can see or do. Disposing what it returns takes it away again. */
export type Feature = (host: FeatureHost) => vscode.Disposable;

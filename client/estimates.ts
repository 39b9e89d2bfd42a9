/** The estimates that the daemon sends for open prompts. */
import * as vscode from 'vscode';
import { type EstimateParams, MESSAGES } from '../protocol/messages.ts';
import type { Daemon } from './daemon/connection.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';
import { createEstimateStore } from './text/estimate-store.ts';

/** Estimates by document. */
export interface Estimates extends Disposable {
  /** The latest estimate of a document; null before there is one. */
  get(document: vscode.TextDocument): EstimateParams | null;
  readonly onDidChange: Event<void>;
}

/** Collects estimates; a restart of the daemon and the closing of a document forget them. */
export function createEstimates(daemon: Daemon): Estimates {
  const store = createEstimateStore();
  const changed = createEmitter<void>();
  const parts = disposeAll([
    daemon.on(MESSAGES.estimate, (estimate) => {
      // The daemon writes URIs as they were sent to it, which is VS Code's own way.
      if (store.accept(estimate)) changed.fire();
    }),
    daemon.onDidChange(() => {
      if (daemon.state === 'running') return;
      store.clear();
      changed.fire();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => store.forget(document.uri.toString())),
  ]);
  return {
    get: (document) => store.get(document.uri.toString()),
    onDidChange: changed.event,
    dispose: parts.dispose,
  };
}

/** Runs calls and shows their answers: one document per prompt, beside it, filled while the answer comes. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { toFarthingError } from '../protocol/errors.ts';
import { MESSAGES, type RunParams } from '../protocol/messages.ts';
import { createAnswerStore } from './answer-store.ts';
import { coalesce } from './coalesce.ts';
import type { Daemon } from './daemon/connection.ts';
import { receiptOf } from './daemon/daemon-error.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';
import { ANSWER_SCHEME } from './prompt-documents.ts';
import { offerHelp, showError } from './show-error.ts';
import { type Answer, type AnswerEnd, announcement } from './text/answer-text.ts';

/** A call to run. */
export interface RunRequest {
  /** The document that it is for; together with `name` it says which answer is replaced. */
  readonly subject: vscode.Uri;
  /** What the answer is called, as in "review answer". */
  readonly name: string;
  readonly params: Omit<RunParams, 'callId'>;
}

/** The calls of this window and their answers. */
export interface Runs extends Disposable {
  /** Runs to the end; the answer and its error show in its document. One that is under way is only shown. */
  run(request: RunRequest): Promise<void>;
  /** Cancels the call that fills this answer, or that runs this prompt; by default the one that began last. */
  cancel(uri?: vscode.Uri): void;
  /** The answer in this document; null for none. */
  answer(uri: vscode.Uri): Answer | null;
  /** Answers that are under way, the oldest first. */
  running(): readonly { readonly answer: vscode.Uri; readonly subject: vscode.Uri; readonly model: string }[];
  /** An answer's text changed; at most 20 times a second each. */
  readonly onDidChangeAnswer: Event<vscode.Uri>;
  /** A call began, chose its model, or ended. */
  readonly onDidChangeRunning: Event<void>;
}

/** 20 updates a second: faster than one reads. */
const UPDATE_MS = 50;
const ANNOUNCED_MS = 10_000;

/** The document of an answer. The subject is its query, so that prompts of one name have answers of their own. */
const answerUri = (subject: vscode.Uri, name: string): vscode.Uri =>
  vscode.Uri.from({ scheme: ANSWER_SCHEME, path: `/${name} answer.md`, query: subject.toString() });

/** The document that an answer is for. */
export const subjectOf = (answer: vscode.Uri): vscode.Uri => vscode.Uri.parse(answer.query);

/** Makes the window's runs; nothing runs yet. */
export function createRuns(daemon: Daemon): Runs {
  const store = createAnswerStore();
  const answerChanged = createEmitter<vscode.Uri>();
  const runningChanged = createEmitter<void>();
  const cancels = new Map<string, vscode.CancellationTokenSource>();
  const updates = new Map<string, ReturnType<typeof coalesce>>();

  const update = (id: string) => {
    const known = updates.get(id) ?? coalesce(() => answerChanged.fire(vscode.Uri.parse(id)), UPDATE_MS);
    updates.set(id, known);
    known.request();
  };

  const finish = (name: string, callId: string, end: AnswerEnd) => {
    store.finish(callId, end);
    vscode.window.setStatusBarMessage(announcement(name, end), ANNOUNCED_MS);
  };

  const run = async ({ subject, name, params }: RunRequest) => {
    const uri = answerUri(subject, name);
    const id = uri.toString();
    if (cancels.has(id)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} is running already.', name), ANNOUNCED_MS);
      await show(uri);
      return;
    }
    const callId = randomUUID();
    const cancel = new vscode.CancellationTokenSource();
    cancels.set(id, cancel);
    store.begin(id, callId);
    update(id);
    runningChanged.fire();
    // VS Code drops updates of a document that is still being opened, so it is updated once it is.
    const shown = show(uri).then(() => update(id), showError);
    try {
      const receipt = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Farthing: running {0}', name) },
        () => daemon.request(MESSAGES.run, { ...params, callId }, cancel.token),
      );
      finish(name, callId, { receipt, problem: null });
    } catch (thrown) {
      const error = toFarthingError(thrown);
      finish(name, callId, { receipt: receiptOf(error), problem: error.message });
      offerHelp(error);
    } finally {
      cancels.delete(id);
      cancel.dispose();
      update(id);
      runningChanged.fire();
    }
    await shown;
  };

  const parts = disposeAll([
    daemon.on(MESSAGES.reply, (reply) => {
      const id = store.receive(reply);
      if (id === null) return;
      update(id);
      if (reply.deltas.some((delta) => delta.type === 'start')) runningChanged.fire();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== ANSWER_SCHEME) return;
      const id = uri.toString();
      store.forget(id);
      if (store.get(id) !== null) return;
      updates.get(id)?.dispose();
      updates.delete(id);
    }),
  ]);

  return {
    run,
    cancel: (uri) => {
      const wanted = uri?.toString();
      const ids = [...cancels.keys()];
      const id =
        wanted === undefined
          ? ids.at(-1)
          : ids.find((one) => one === wanted || subjectOf(vscode.Uri.parse(one)).toString() === wanted);
      if (id !== undefined) cancels.get(id)?.cancel();
    },
    answer: (uri) => store.get(uri.toString()),
    running: () =>
      store.running().map((id) => {
        const answer = vscode.Uri.parse(id);
        return { answer, subject: subjectOf(answer), model: store.get(id)?.model ?? '' };
      }),
    onDidChangeAnswer: answerChanged.event,
    onDidChangeRunning: runningChanged.event,
    dispose: () => {
      parts.dispose();
      for (const cancel of cancels.values()) cancel.cancel();
      for (const pending of updates.values()) pending.dispose();
    },
  };
}

/** Shows an answer without taking the focus: where it is open already, else beside what is active. */
async function show(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const open = vscode.window.tabGroups.all.find((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
    ),
  );
  await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
}

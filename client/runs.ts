/** Runs calls and shows their answers: one document per prompt, beside it, filled while the answer comes. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { type FarthingError, toFarthingError } from '../protocol/errors.ts';
import { type AttemptLine, MESSAGES, type PromptSource, type RunParams } from '../protocol/messages.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { createAnswerStore } from './answer-store.ts';
import { coalesce } from './coalesce.ts';
import type { Daemon } from './daemon/connection.ts';
import { isContinuable, receiptOf } from './daemon/daemon-error.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';
import { ANSWER_SCHEME } from './prompt-documents.ts';
import { showBeside } from './show-beside.ts';
import { offerHelp, showError } from './show-error.ts';
import { type Answer, type AnswerEnd, announcement } from './text/answer-text.ts';

/** A call to run. */
export interface RunRequest {
  /** The document that it is for; together with `name` it says which answer is replaced. */
  readonly subject: vscode.Uri;
  /** What the answer is called, as in "review answer". */
  readonly name: string;
  readonly params: Omit<RunParams, 'callId' | 'continues'>;
  /** The source as it is at the start, whatever becomes of the document: the rest of an answer is asked with it. */
  readonly asItWas: PromptSource;
}

/** The calls of this window and their answers. */
export interface Runs extends Disposable {
  /** Runs to the end; the answer and its error show in its document. One that is under way is only shown. */
  run(request: RunRequest): Promise<void>;
  /** Asks for the rest of an answer that broke off, and adds it; false where there is no such answer. */
  resume(answer: vscode.Uri): Promise<boolean>;
  /** Asks once more for what an answer is of, with these options changed; false where there is no such answer. */
  again(answer: vscode.Uri, changed: Partial<RunRequest['params']>): Promise<boolean>;
  /** Notes that an answer was taken out of the cache. */
  markForgotten(answer: vscode.Uri): void;
  /** Cancels the call that fills this answer, or that runs this prompt; by default the one that began last. */
  cancel(uri?: vscode.Uri): void;
  /** The answer in this document; null for none. */
  answer(uri: vscode.Uri): Answer | null;
  /** Every answer of this window. */
  answers(): readonly { readonly uri: vscode.Uri; readonly answer: Answer }[];
  /** Answers that are under way, the oldest first. */
  running(): readonly { readonly answer: vscode.Uri; readonly subject: vscode.Uri; readonly model: string }[];
  /** An answer's text changed; at most 20 times a second each. */
  readonly onDidChangeAnswer: Event<vscode.Uri>;
  /** A call began, chose its model, or ended; or its answer was forgotten. */
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
  const requests = new Map<string, RunRequest>();

  const update = (id: string) => {
    const known = updates.get(id) ?? coalesce(() => answerChanged.fire(vscode.Uri.parse(id)), UPDATE_MS);
    updates.set(id, known);
    known.request();
  };

  const finish = (name: string, callId: string, end: AnswerEnd): boolean => {
    vscode.window.setStatusBarMessage(announcement(name, end), ANNOUNCED_MS);
    return store.finish(callId, end);
  };

  const run = async (request: RunRequest, continues: string | null) => {
    const { subject, name, params } = request;
    const uri = answerUri(subject, name);
    const id = uri.toString();
    if (cancels.has(id)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} is running already.', name), ANNOUNCED_MS);
      await showBeside(uri);
      return;
    }
    const callId = randomUUID();
    const cancel = new vscode.CancellationTokenSource();
    cancels.set(id, cancel);
    const before = requests.get(id);
    requests.set(id, request);
    if (continues === null) store.begin(id, callId);
    else store.resume(id, callId);
    update(id);
    runningChanged.fire();
    // VS Code drops updates of a document that is still being opened, so it is updated once it is.
    const shown = showBeside(uri).then(() => update(id), showError);
    try {
      const rest = continues === null ? {} : { source: request.asItWas, continues };
      const receipt = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Farthing: running {0}', name) },
        () => daemon.request(MESSAGES.run, { ...params, ...rest, callId }, cancel.token),
      );
      // The output limit breaks an answer off as much as a fault does.
      const continuable = receipt.finishReason === 'length' && hasText(id);
      finish(name, callId, { receipt, problem: null, continuable });
      void explain(id, receipt);
    } catch (thrown) {
      const error = toFarthingError(thrown);
      const receipt = receiptOf(error);
      const continuable = hasText(id) && (continues !== null || brokeOff(error));
      const isReplaced = finish(name, callId, { receipt, problem: error.message, continuable });
      // The rest of the answer from before is asked for as that was.
      if (!isReplaced && before !== undefined) requests.set(id, before);
      offerHelp(error, continuable ? uri : null);
      if (receipt !== null) void explain(id, receipt);
    } finally {
      cancels.delete(id);
      cancel.dispose();
      update(id);
      runningChanged.fire();
    }
    await shown;
  };

  const hasText = (id: string): boolean => store.get(id)?.text.trim() !== '';

  /** Adds the call's requests, which a receipt has only as sums, where there were several. */
  const explain = async (id: string, { callId }: Receipt) => {
    const attempts = await attemptsOf(daemon, callId);
    if (attempts.length < 2) return;
    store.explain(id, callId, attempts);
    update(id);
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
      requests.delete(id);
      runningChanged.fire();
      updates.get(id)?.dispose();
      updates.delete(id);
    }),
  ]);

  return {
    run: (request) => run(request, null),
    resume: async (uri) => {
      const id = uri.toString();
      const [answer, request] = [store.get(id), requests.get(id)];
      if (answer?.end?.continuable !== true || request === undefined) return false;
      await run(request, answer.text);
      return true;
    },
    again: async (uri, changed) => {
      const request = requests.get(uri.toString());
      if (request === undefined) return false;
      await run({ ...request, params: { ...request.params, ...changed } }, null);
      return true;
    },
    markForgotten: (uri) => {
      store.markForgotten(uri.toString());
      update(uri.toString());
      runningChanged.fire();
    },
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
    answers: () => store.all().map(([id, answer]) => ({ uri: vscode.Uri.parse(id), answer })),
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

/** True where the connection broke while the answer came: what came is there, and the daemon starts again. */
const brokeOff = (error: FarthingError): boolean => isContinuable(error) || error.code === 'daemonStopped';

/** The requests of a call that has ended; none where the ledger cannot say, which it tells by itself. */
const attemptsOf = (daemon: Daemon, callId: string): Promise<readonly AttemptLine[]> =>
  daemon.request(MESSAGES.callDetails, { callId }).then(
    (details) => details?.attempts ?? [],
    () => [],
  );

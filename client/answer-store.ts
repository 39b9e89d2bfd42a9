/** The answers of this window, each under the id of the document that shows it. One answer per prompt. */
import type { AttemptLine, ReplyDelta, ReplyParams } from '../protocol/messages.ts';
import { type Answer, type AnswerEnd, EMPTY_ANSWER } from './text/answer-text.ts';

/** Answers by id, and the calls that fill them. */
export interface AnswerStore {
  /** Begins an answer anew; what was under the id comes back only where the call ends without any text. */
  begin(id: string, callId: string): void;
  /** Begins a call that gives the rest of an answer: its text stays, and what it cost so far. */
  resume(id: string, callId: string): void;
  /** Takes events in and gives the id of the answer they belong to; null for a call of which nothing is known. */
  receive(reply: ReplyParams): string | null;
  /**
   * Ends the call's answer; what comes for it afterwards is ignored. False where it failed without any text and the
   * answer from before is back in its place.
   */
  finish(callId: string, end: AnswerEnd): boolean;
  /** Adds the requests that the ledger has of the answer's call, unless another call fills it by now. */
  explain(id: string, callId: string, attempts: readonly AttemptLine[]): void;
  /** Notes that the answer is not in the cache any more. */
  markForgotten(id: string): void;
  /** Null for none. */
  get(id: string): Answer | null;
  /** Every answer, in the order in which they were begun first. */
  all(): readonly (readonly [id: string, answer: Answer])[];
  /** Ids of the answers that are under way, the oldest first. */
  running(): readonly string[];
  /** Forgets an answer that has ended; one under way stays. */
  forget(id: string): void;
}

/** Makes an empty store. */
export function createAnswerStore(): AnswerStore {
  const answers = new Map<string, Answer>();
  const calls = new Map<string, string>();
  const before = new Map<string, Answer>();
  const change = (id: string, next: (answer: Answer) => Answer) => {
    const answer = answers.get(id);
    if (answer !== undefined) answers.set(id, next(answer));
  };
  return {
    begin: (id, callId) => {
      const old = answers.get(id);
      if (old !== undefined && old.end !== null && old.text.trim() !== '') before.set(id, old);
      answers.set(id, EMPTY_ANSWER);
      calls.set(callId, id);
    },
    resume: (id, callId) => {
      const { text, simulated, earlier, end } = answers.get(id) ?? EMPTY_ANSWER;
      const receipts = [...earlier, end?.receipt ?? null];
      answers.set(id, { ...EMPTY_ANSWER, text, beginning: text, simulated, earlier: receipts });
      calls.set(callId, id);
    },
    receive: ({ callId, deltas }) => {
      const id = calls.get(callId);
      if (id === undefined) return null;
      answers.set(id, deltas.reduce(withDelta, answers.get(id) ?? EMPTY_ANSWER));
      return id;
    },
    finish: (callId, end) => {
      const id = calls.get(callId);
      if (id === undefined) return true;
      calls.delete(callId);
      const old = before.get(id);
      before.delete(id);
      // A person who asks again for something better would lose the good answer to a busy server.
      if (old !== undefined && end.problem !== null && answers.get(id)?.text.trim() === '') {
        answers.set(id, { ...old, failedAgain: end });
        return false;
      }
      change(id, (answer) => ({
        ...answer,
        simulated: answer.simulated || end.receipt?.simulated === true,
        reasoning: false,
        provisional: false,
        decisions: end.receipt?.decisions ?? answer.decisions,
        end,
      }));
      return true;
    },
    explain: (id, callId, attempts) =>
      change(id, (answer) => (answer.end?.receipt?.callId === callId ? { ...answer, attempts } : answer)),
    markForgotten: (id) => change(id, (answer) => ({ ...answer, forgotten: true })),
    get: (id) => answers.get(id) ?? null,
    all: () => [...answers],
    running: () => [...calls.values()],
    forget: (id) => {
      if (answers.get(id)?.end !== null) answers.delete(id);
    },
  };
}

function withDelta(answer: Answer, delta: ReplyDelta): Answer {
  switch (delta.type) {
    case 'start':
      return {
        ...answer,
        model: delta.model,
        provisional: delta.provisional === true,
        simulated: answer.simulated || delta.simulated,
      };
    case 'text':
      return { ...answer, text: answer.text + delta.text, reasoning: false };
    case 'reasoning':
      // Once the answer itself has begun, nobody waits for it any more.
      return { ...answer, reasoning: answer.text === answer.beginning };
    case 'withdrawn':
      return {
        ...answer,
        text: answer.beginning,
        reasoning: false,
        provisional: false,
        withdrawn: { why: delta.why, decisions: answer.decisions.length },
      };
    case 'decision':
      return { ...answer, decisions: [...answer.decisions, delta.decision] };
  }
}

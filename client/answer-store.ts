/** The answers of this window, each under the id of the document that shows it. One answer per prompt. */
import type { ReplyDelta, ReplyParams } from '../protocol/messages.ts';
import { type Answer, type AnswerEnd, EMPTY_ANSWER } from './text/answer-text.ts';

/** Answers by id, and the calls that fill them. */
export interface AnswerStore {
  /** Begins an answer anew; what was under the id is gone. */
  begin(id: string, callId: string): void;
  /** Takes events in and gives the id of the answer they belong to; null for a call of which nothing is known. */
  receive(reply: ReplyParams): string | null;
  /** Ends the call's answer; what comes for it afterwards is ignored. */
  finish(callId: string, end: AnswerEnd): void;
  /** Null for none. */
  get(id: string): Answer | null;
  /** Ids of the answers that are under way, the oldest first. */
  running(): readonly string[];
  /** Forgets an answer that has ended; one under way stays. */
  forget(id: string): void;
}

/** Makes an empty store. */
export function createAnswerStore(): AnswerStore {
  const answers = new Map<string, Answer>();
  const calls = new Map<string, string>();
  return {
    begin: (id, callId) => {
      answers.set(id, EMPTY_ANSWER);
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
      if (id === undefined) return;
      calls.delete(callId);
      const answer = answers.get(id) ?? EMPTY_ANSWER;
      const simulated = answer.simulated || end.receipt?.simulated === true;
      answers.set(id, { ...answer, simulated, reasoning: false, end });
    },
    get: (id) => answers.get(id) ?? null,
    running: () => [...calls.values()],
    forget: (id) => {
      if (answers.get(id)?.end !== null) answers.delete(id);
    },
  };
}

function withDelta(answer: Answer, delta: ReplyDelta): Answer {
  switch (delta.type) {
    case 'start':
      return { ...answer, model: delta.model, simulated: delta.simulated };
    case 'text':
      return { ...answer, text: answer.text + delta.text, reasoning: false };
    case 'reasoning':
      return { ...answer, reasoning: answer.text === '' };
    case 'decision':
      return answer;
  }
}

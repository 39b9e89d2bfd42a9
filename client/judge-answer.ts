import { type JudgeAnswerParams, MESSAGES } from '../protocol/messages.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Daemon } from './daemon/connection.ts';

/** Tells the daemon what was done with an answer; whether it learns from that is of no interest to who did it. */
export const judge = (
  daemon: Daemon,
  { callId, provider, model }: Receipt,
  outcome: JudgeAnswerParams['outcome'],
): Promise<unknown> =>
  daemon.request(MESSAGES.judgeAnswer, { callId, provider, model, outcome }).catch(() => null);

/** The gates as the pipeline uses them. */
import { loadOnce } from '../load-once.ts';
import type { Gates } from '../pipeline/ports.ts';
import { complaintMessage } from './complaint-message.ts';

const load = loadOnce(() => import('./gates.ts'));

/** Every gate of the list; loaded with the first answer, and what they check with as soon as an answer needs it. */
export const answerGates: Gates = {
  async judge(answer, call) {
    const { judgeAnswer } = await load();
    const { passed, score, complaints, notes } = await judgeAnswer(answer, call);
    return { passed, certain: score === 1, complaints, notes };
  },
  complaint: ({ complaints }) => complaintMessage(complaints),
};

/** The gates as the pipeline uses them. */
import type { Gates } from '../pipeline/ports.ts';
import { complaintMessage } from './complaint-message.ts';

/** An import that is asked for again still takes its way through Node's loader. */
let loaded: Promise<typeof import('./gates.ts')> | null = null;
const load = () => {
  loaded ??= import('./gates.ts');
  return loaded;
};

/** Every gate of the list; its grammars and validators are loaded with the first answer. */
export const answerGates: Gates = {
  async judge(answer, call) {
    const { judgeAnswer } = await load();
    const { passed, score, complaints, notes } = judgeAnswer(answer, call);
    return { passed, certain: score === 1, complaints, notes };
  },
  complaint: ({ complaints }) => complaintMessage(complaints),
};

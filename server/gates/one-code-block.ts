import { fencesOf } from './code-blocks.ts';
import type { Gate } from './gate.ts';

/** An answer that is used as code is one fenced block, closed and with something in it: nobody guesses which is meant. */
export const oneCodeBlock: Gate = {
  name: 'code block',
  weight: 'hard',
  check: (answer, { expect }) => {
    if (expect?.codeBlock === undefined) return null;
    const { blocks } = fencesOf(answer);
    const [block] = blocks;
    if (block === undefined) return complaint('It has no fenced code block; all of the code belongs in one.');
    if (blocks.length > 1)
      return complaint(`It has ${blocks.length} fenced code blocks; all of the code belongs in one.`);
    if (!block.isClosed) return complaint('Its code block is not closed.');
    return block.code.trim() === '' ? complaint('Its code block is empty.') : null;
  },
};

const complaint = (why: string) => ({ gate: 'code block', why });

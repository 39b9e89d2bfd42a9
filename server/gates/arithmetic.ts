import { findEquations } from './equations.ts';
import type { Gate } from './gate.ts';
import { proseOf } from './prose.ts';
import { shownTo } from './question.ts';
import { quote } from './quote.ts';

/** An answer with a sum that does not add up. One that the prompt has as well is quoted, not made. */
export const arithmetic: Gate = {
  name: 'arithmetic',
  weight: 0.7,
  check: (answer, call) => {
    const prose = proseOf(answer).replace(/<<[^<>\n]{0,200}>>/g, '');
    const wrong = findEquations(prose).find(({ holds }) => !holds);
    if (wrong === undefined || bare(shownTo(call)).includes(bare(wrong.text))) return null;
    const right = Number(wrong.value.toPrecision(10));
    return {
      gate: 'arithmetic',
      why: `Its arithmetic does not add up: ${quote(wrong.text)}, where the left side is ${right}.`,
    };
  },
};

const bare = (text: string): string => text.replace(/\s+/g, '');

import { groupThousands } from '../../protocol/money.ts';
import type { Gate } from './gate.ts';

/** The answer is as long as its prompt file says, in characters as people count them (code points). */
export const expectedLength: Gate = {
  name: 'expected length',
  weight: 'hard',
  check: ({ text }, { expect }) => {
    if (expect === null || (expect.minLength === null && expect.maxLength === null)) return null;
    let length = 0;
    for (const _ of text.trim()) length += 1;
    const { minLength, maxLength } = expect;
    const complain = (how: string, limit: number) => ({
      gate: 'expected length',
      why: `It has ${group(length)} characters, ${how} ${group(limit)}.`,
    });
    if (minLength !== null && length < minLength) return complain('fewer than the expected', minLength);
    if (maxLength !== null && length > maxLength) return complain('more than the allowed', maxLength);
    return null;
  },
};

const group = (value: number): string => groupThousands(String(value));

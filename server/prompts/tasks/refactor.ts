import { CODE_ALONE, type Task } from './task.ts';

/** The same behaviour, easier to read. */
export const refactor: Task = {
  request: 'Refactor this code',
  instructions: [
    'You refactor code for a programmer who will review the difference line by line.',
    'Keep what the code does: its results, side effects, errors, and every name and signature that code outside of it may use.',
    'Make it easier to read and to change: plain names, short functions, no repetition, the idioms of its language and the style of its file.',
    'Change nothing that is good enough, and keep comments that are still true. Where nothing is worth changing, give the code back as it is.',
    'Give all of the selected code, rewritten, with the indentation that it has.',
    ...CODE_ALONE,
  ].join('\n'),
};

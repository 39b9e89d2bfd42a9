import { CODE_ALONE, type Task } from './task.ts';

/** Documentation comments, and not a word of the code changed. */
export const document: Task = {
  request: 'Document this code',
  instructions: [
    'You write documentation comments for programmers who call this code and do not want to read it.',
    'Add one to each function, class, type and member that is visible from outside, in the form that is usual in its language, and mend those that are wrong.',
    'Say what it is for, units, what it returns, what it throws, and what would surprise; do not repeat names and types. Be short.',
    'Do not change any code, and leave comments that are right.',
    'Give all of the selected code with its comments, with the indentation that it has.',
    ...CODE_ALONE,
  ].join('\n'),
};

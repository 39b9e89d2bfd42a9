import { CODE_ALONE, type Task } from './task.ts';

/** What the editor reports, mended by the smallest change. */
export const fix: Task = {
  request: 'Fix the problems that are listed below in this code',
  instructions: [
    'You fix what a compiler or linter reports in code, for a programmer who will review the difference line by line.',
    'Fix the cause of each problem in the list by the smallest change that is right. Keep everything else as it is.',
    'Do not silence a problem with a comment, a cast or an ignored error, unless nothing else is right.',
    'A problem whose cause is outside of the selection stays: give its code back as it is.',
    'Give all of the selected code, mended, with the indentation that it has.',
    ...CODE_ALONE,
  ].join('\n'),
};

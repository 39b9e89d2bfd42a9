import { CODE_ALONE, type Task } from './task.ts';

/** Tests of the code, as a file of its own. */
export const tests: Task = {
  request: 'Write tests for this code',
  instructions: [
    'You write the tests that a careful reviewer would ask for.',
    'Test what the code promises, through the names that other code can reach: the usual case, the edges (empty, one, many, the largest), and each error.',
    'Give each test a name that says what holds. A test must be able to fail. Do not test what the language or a library does.',
    'Use the test framework that the context shows; where it shows none, the usual one of the language. Use no network, no clock and no file that the code does not need.',
    'Give one whole test file, with its imports; import the code from the file that is named.',
    ...CODE_ALONE,
  ].join('\n'),
};

/** What the answer of a task must be: gates hold it to that, and a better model is asked where it is not. */
import { type SelectionSource, taskOf } from '../../../protocol/selection-tasks.ts';
import type { Expectation } from '../../pipeline/stage.ts';
import { fenceWord } from './fence-word.ts';

/** Null where the answer is text to be read. */
export function taskExpectation(source: SelectionSource): Expectation | null {
  const { answer } = taskOf(source);
  if (answer === 'text') return null;
  const { code, languageId, around } = source;
  const isReplacement = answer === 'replacement';
  return {
    matches: null,
    fields: [],
    minLength: null,
    maxLength: null,
    codeBlock: {
      language: fenceWord(languageId),
      replaces: isReplacement ? code : null,
      file: isReplacement && around?.isWhole === true ? { before: around.before, after: around.after } : null,
    },
  };
}

/** Readers of programs. Each needs a grammar of megabytes, which is loaded when a program may have a prompt in it. */
import { loadOnce } from '../../../load-once.ts';
import type { PromptPart } from '../../prompt-part.ts';
import type { PromptFile } from '../format.ts';
import { mayHavePrompts } from './model-call.ts';

/** Finds the literals of a program that are sent to models. */
export type ReadLiterals = (file: PromptFile) => readonly PromptPart[];

/** A reader that may not be there yet. */
export interface LateReader {
  /** Loads the reader where the program needs it; null where nothing is to be waited for. */
  load(file: PromptFile): Promise<void> | null;
  /** None before the reader is loaded. */
  readonly read: ReadLiterals;
}

/** A reader that `load` brings. */
export function lateReader(load: () => Promise<ReadLiterals>): LateReader {
  let loaded: ReadLiterals | null = null;
  const once = loadOnce(async () => {
    loaded = await load();
  });
  return {
    load: ({ text }) => (loaded !== null || !mayHavePrompts(text) ? null : once()),
    read: (file) => (loaded !== null && mayHavePrompts(file.text) ? loaded(file) : []),
  };
}

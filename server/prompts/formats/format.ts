/** What a format of prompts is. Each is a file of this folder and a line in the list of `formats.ts`. */
import type { FormatId, PromptDocument } from '../prompt-document.ts';

/** A file to be read. */
export interface PromptFile {
  readonly uri: string;
  /** Its path with forward slashes, decoded; for what is not saved yet whatever stands for it. */
  readonly path: string;
  /** VS Code's id of its language; "" where it is not known. */
  readonly languageId: string;
  readonly text: string;
}

/** A format. Pure: it opens no file and reads no environment. */
export interface PromptFormat {
  readonly id: FormatId;
  /** A few words for a person, such as "Prompty". */
  readonly title: string;
  /** True for files of this format; the first of the list that says so has it. */
  matches(file: PromptFile): boolean;
  /**
   * Loads what `read` needs for this file; null where nothing is to be waited for, and left out where nothing ever is.
   * Read before that, a program has no prompts.
   */
  load?(file: PromptFile): Promise<void> | null;
  /** Never throws, and takes linear time: what is wrong with the file is the document's `problem`. */
  read(file: PromptFile): PromptDocument;
}

/** A prompt file as the command line names it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { farthingError } from '../../protocol/errors.ts';
import { decodeUtf8 } from '../prompts/limits.ts';
import { describeFileError } from './file-errors.ts';
import type { Terminal } from './terminal.ts';

/** Where it is and what is in it. */
export interface PromptFile {
  readonly uri: string;
  readonly text: string;
}

/** Reads a file, or standard input for "-". Throws fileUnreadable and notUtf8. */
export async function readPromptFile(terminal: Terminal, file: string): Promise<PromptFile> {
  const text = decodeUtf8(await readBytes(terminal, file), file);
  return { uri: file === '-' ? 'untitled:standard-input' : pathToFileURL(path.resolve(file)).href, text };
}

async function readBytes(terminal: Terminal, file: string): Promise<Uint8Array> {
  if (file === '-') return terminal.readInput();
  try {
    return await readFile(file);
  } catch (cause) {
    throw farthingError('fileUnreadable', { file, detail: describeFileError(cause) }, { cause });
  }
}

/** Finds the files of a folder that agents load by themselves. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditContextParams, ContextFile } from '../../protocol/audit.ts';
import {
  contextFileKind,
  LONGEST_CONTEXT_FILE,
  MOST_CONTEXT_FILES,
  SKIPPED_FOLDERS,
} from '../../protocol/context-files.ts';
import { farthingError } from '../../protocol/errors.ts';
import { decodeUtf8 } from '../prompts/limits.ts';
import { describeFileError } from './file-errors.ts';

/** More folders than any workspace should have; what is beyond is not searched. */
const MOST_FOLDERS = 20_000;

/** What was found, and whether all of the folder was searched. */
export interface FoundContextFiles extends Pick<AuditContextParams, 'files' | 'leftOut'> {
  readonly searchedAll: boolean;
}

/** The files in their order by path. Links to folders are not followed. Throws fileUnreadable for the folder itself. */
export async function findContextFiles(folder: string): Promise<FoundContextFiles> {
  const found: string[] = [];
  const waiting = [''];
  let searched = 0;
  for (let below = waiting.shift(); below !== undefined && searched < MOST_FOLDERS; below = waiting.shift()) {
    searched += 1;
    for (const entry of await entriesOf(folder, below)) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.some((skipped) => skipped === entry.name)) waiting.push(name);
      } else if (contextFileKind(name) !== null) found.push(name);
    }
  }
  found.sort((a, b) => a.localeCompare(b));
  const files: ContextFile[] = [];
  for (const name of found.slice(0, MOST_CONTEXT_FILES)) {
    const file = await read(folder, name);
    if (file !== null) files.push(file);
  }
  return { files, leftOut: found.length - files.length, searchedAll: waiting.length === 0 };
}

async function entriesOf(folder: string, below: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path.join(folder, below), { withFileTypes: true });
  } catch (cause) {
    if (below !== '') return [];
    throw farthingError('fileUnreadable', { file: folder, detail: describeFileError(cause) }, { cause });
  }
}

/** Null for what cannot be read, is too long, or is no text. */
async function read(folder: string, name: string): Promise<ContextFile | null> {
  const file = path.join(folder, name);
  try {
    const { size } = await stat(file);
    if (size > LONGEST_CONTEXT_FILE) return null;
    const text = decodeUtf8(await readFile(file), name);
    if (text.includes('\0')) return null;
    return { uri: pathToFileURL(path.resolve(file)).href, path: name, folder: null, text };
  } catch {
    // The report says how many there are of these.
    return null;
  }
}

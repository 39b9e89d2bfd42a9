/** Keeps a damaged database for whoever wants to rescue it, and frees its name. */
import { existsSync, renameSync } from 'node:fs';

/**
 * Renames `file` with its journal files to `<file>.damaged-<time>`, never over another file.
 * @returns the new name
 */
export function setAside(file: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let aside = `${file}.damaged-${time}`;
  for (let number = 2; JOURNALS.some((end) => existsSync(aside + end)); number++)
    aside = `${file}.damaged-${time}-${number}`;
  for (const end of JOURNALS) if (existsSync(file + end)) renameSync(file + end, aside + end);
  return aside;
}

/** The file itself comes first: a journal is worth nothing without it. */
const JOURNALS = ['', '-wal', '-shm'] as const;

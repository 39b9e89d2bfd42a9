/** What SQLite's and the system's errors mean to a person. */
import { FarthingError, farthingError } from '../../protocol/errors.ts';

/** By SQLite's result code, extended codes cut to their first part, or by the system's error code. */
const DETAILS: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another program holds it',
  SQLITE_LOCKED: 'another program holds it',
  SQLITE_READONLY: 'the file is read-only',
  SQLITE_PERM: 'its permissions forbid it',
  SQLITE_AUTH: 'its permissions forbid it',
  SQLITE_FULL: 'the disk is full',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_NOTADB: 'the file is not a database',
  SQLITE_IOERR: 'the disk cannot be read or written',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_NOMEM: 'there is not enough memory',
  EACCES: 'its permissions forbid it',
  EPERM: 'its permissions forbid it',
  EROFS: 'the file is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  ENOENT: 'its folder cannot be made',
};

/** The catalogue's error for a failure of storage; a fault of our own, such as a broken rule, stays as it is. */
export function storageFailure(file: string, thrown: unknown): unknown {
  if (thrown instanceof FarthingError) return thrown;
  const code = codeOf(thrown);
  const detail = DETAILS[code];
  return detail === undefined
    ? thrown
    : farthingError('storageUnavailable', { file, detail }, { cause: thrown });
}

/** True when the file's content is at fault, so that it can only be set aside. */
export const isDamage = (thrown: unknown): boolean =>
  ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(codeOf(thrown));

/** "SQLITE_IOERR" of SQLITE_IOERR_WRITE, "EACCES"; "" where there is none. */
function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code;
}

/**
 * Opens the one database of a daemon. It always gives one that works: a damaged file is set aside and a new one
 * begun, and where no file can be written the database is in memory, with the problem told.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { FarthingError, farthingError } from '../../protocol/errors.ts';
import { isDamage, storageFailure } from './failures.ts';
import { migrate, NewerShapeError } from './migrations.ts';
import { setAside } from './set-aside.ts';
import { type Connect, type Connection, loadSqlite } from './sqlite-module.ts';

/** An open database; stores are made on it. */
export interface Database {
  readonly connection: Connection;
  /** What keeps it from being on disk, a sentence for the user; null when it is. */
  readonly problem: string | null;
  /**
   * Runs an action on the database.
   * @throws FarthingError storageUnavailable when SQLite fails; other errors as they are
   */
  run<Result>(action: () => Result): Result;
  /** Closes it. A file that proved damaged meanwhile is set aside, so that the next start has a sound one. */
  close(): void;
}

/** What opening needs from outside. */
export interface DatabaseOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of a file set aside and of one that cannot be used. */
  readonly report: (problem: FarthingError) => void;
}

/** How long opening waits for another program, in milliseconds: another daemon may be at its migrations. */
const OPENING_TIMEOUT = 2000;
/** How long a write waits: the daemon stands still meanwhile, and a line that fails is kept and written later. */
const WRITING_TIMEOUT = 250;
/** Page cache in KiB; the package's default is 16 MB, and a ledger is read at its end only. */
const PAGE_CACHE_KIB = 2048;
/** Largest file that is checked whole after an unclean end, in bytes: about 0.2 s. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/**
 * Opens `file`, an absolute path, or makes it, readable by its user only.
 * @throws FarthingError runtimeTooOld where the runtime cannot load SQLite at all; TypeError for any other path, which
 * would leave a file wherever the program happens to run
 */
export async function openDatabase(file: string, options: DatabaseOptions): Promise<Database> {
  if (typeof file !== 'string' || !isAbsolute(file))
    throw new TypeError(`a database needs an absolute path, not "${file}"`);
  const connect = await loadSqlite();
  try {
    return fileDatabase(openOrReplace(connect, file, options), file, options);
  } catch (thrown) {
    const problem = unusable(file, thrown);
    options.report(problem);
    return memoryDatabase(connect, problem.message);
  }
}

/** Opens a database that is gone when it is closed, for tests and for callers that keep nothing. */
export async function openMemoryDatabase(): Promise<Database> {
  return memoryDatabase(await loadSqlite(), null);
}

function openOrReplace(connect: Connect, file: string, options: DatabaseOptions): Connection {
  try {
    return openSound(connect, file);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    replaceDamaged(file, options);
    return openSound(connect, file);
  }
}

function openSound(connect: Connect, file: string): Connection {
  makePrivate(file);
  const unclean = hasContent(`${file}-wal`);
  const connection = connect(file, OPENING_TIMEOUT);
  try {
    // The first statement reads the file, so that one which is no database fails here.
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    connection.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    connection.pragma('foreign_keys = ON');
    if (unclean && statSync(file).size < CHECKED_BYTES) assertSound(connection);
    migrate(connection);
    connection.pragma(`busy_timeout = ${WRITING_TIMEOUT}`);
    return connection;
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/** SQLite would make the file readable by all, and would open one that cannot be written without a word. */
function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  const stats = statSync(file);
  if (!stats.isFile()) throw farthingError('storageUnavailable', { file, detail: 'it is not a file' });
  accessSync(file, constants.R_OK | constants.W_OK);
  // Write-ahead logging needs new files beside it.
  accessSync(dirname(file), constants.W_OK);
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) chmodSync(file, 0o600);
}

const hasContent = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** The damage that a check found; it has SQLite's code so that both are treated alike. */
class DamageError extends Error {
  readonly code = 'SQLITE_CORRUPT';
}

function assertSound(connection: Connection): void {
  const found = connection.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new DamageError(String(found));
}

function replaceDamaged(file: string, { now, report }: DatabaseOptions): void {
  const aside = setAside(file, now());
  report(farthingError('storageSetAside', { file, aside }));
}

function fileDatabase(connection: Connection, file: string, options: DatabaseOptions): Database {
  let suspect = false;
  return {
    connection,
    problem: null,
    run(action) {
      try {
        return action();
      } catch (thrown) {
        suspect ||= isDamage(thrown);
        throw storageFailure(file, thrown);
      }
    },
    close() {
      if (!connection.open) return;
      const damaged = suspect && !isSound(connection);
      connection.close();
      if (damaged) replaceDamaged(file, options);
    },
  };
}

function memoryDatabase(connect: Connect, problem: string | null): Database {
  const connection = connect(':memory:', WRITING_TIMEOUT);
  connection.pragma('foreign_keys = ON');
  migrate(connection);
  return {
    connection,
    problem,
    run(action) {
      try {
        return action();
      } catch (thrown) {
        throw storageFailure('in memory', thrown);
      }
    },
    close: () => void connection.close(),
  };
}

function isSound(connection: Connection): boolean {
  try {
    assertSound(connection);
    return true;
  } catch (thrown) {
    // Of a check that could not be made nothing is known, and a file is set aside for damage only.
    return !isDamage(thrown);
  }
}

function unusable(file: string, thrown: unknown): FarthingError {
  const failure = storageFailure(file, thrown);
  if (failure instanceof FarthingError) return failure;
  const detail =
    thrown instanceof NewerShapeError ? 'a newer Farthing has written it' : 'it cannot be opened';
  return farthingError('storageUnavailable', { file, detail }, { cause: thrown });
}

/** Loads better-sqlite3, and only when it is asked to: a too old runtime would end the process without a word. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Sqlite from 'better-sqlite3';
import { farthingError } from '../../protocol/errors.ts';

export type { Sqlite };

/** One connection to a database. */
export type Connection = Sqlite.Database;

/** The Node-API version that better-sqlite3 13 is built for. */
const NODE_API = 10;

/** Opens a connection to `file`, waiting at most `timeout` milliseconds for another program's lock. */
export type Connect = (file: string, timeout: number) => Connection;

/**
 * Loads the native module.
 * @throws FarthingError runtimeTooOld, before anything is loaded
 */
export async function loadSqlite(versions: NodeJS.ProcessVersions = process.versions): Promise<Connect> {
  if (Number(versions['napi'] ?? 0) < NODE_API)
    throw farthingError('runtimeTooOld', { version: `Node ${versions.node}` });
  const { default: Database } = await import('better-sqlite3');
  // The packaged daemon is one bundle with its native module beside it, and no node_modules.
  const beside = fileURLToPath(new URL('./better-sqlite3.node', import.meta.url));
  const binding = existsSync(beside) ? { nativeBinding: beside } : {};
  return (file, timeout) => new Database(file, { timeout, ...binding });
}

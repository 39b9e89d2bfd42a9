/** A folder for one test, gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Makes the folder of the test `context`. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

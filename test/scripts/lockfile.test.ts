/** What `npm ci` needs on every platform, and what an `npm install` on one platform may leave out. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/run.ts';

type Lockfile = Readonly<{ packages: Readonly<Record<string, { optionalDependencies?: object }>> }>;

test('the lockfile holds the optional packages of every platform', async () => {
  const lockfile: Lockfile = JSON.parse(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const missing = Object.entries(lockfile.packages).flatMap(([parent, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        !(
          `node_modules/${name}` in lockfile.packages || `${parent}/node_modules/${name}` in lockfile.packages
        ),
    ),
  );
  assert.deepEqual(missing, []);
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { daemonProgram } from '../../../client/daemon/daemon-files.ts';

async function installed(context: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'farthing-files-'));
  context.after(() => rm(folder, { recursive: true }));
  const extensionPath = path.join(folder, 'extension');
  await mkdir(path.join(extensionPath, 'dist/server/chunks'), { recursive: true });
  await writeFile(path.join(extensionPath, 'dist/server/main.js'), 'main');
  await writeFile(path.join(extensionPath, 'dist/server/chunks/part.js'), 'part');
  return { extensionPath, storagePath: path.join(folder, 'storage'), log: assert.fail };
}

test('elsewhere than on Windows the daemon runs where it is installed', async (context) => {
  const place = await installed(context);
  const program = await daemonProgram({ ...place, platform: 'linux', hash: 'a' });
  assert.equal(program, path.join(place.extensionPath, 'dist', 'server', 'main.js'));
  await assert.rejects(readdir(place.storagePath), /ENOENT/);
});

test('on Windows it runs from a copy of its whole folder', async (context) => {
  const place = await installed(context);
  const program = await daemonProgram({ ...place, platform: 'win32', hash: 'a' });
  assert.equal(program, path.join(place.storagePath, 'daemon', 'a', 'main.js'));
  assert.equal(await readFile(program, 'utf8'), 'main');
  assert.equal(await readFile(path.join(path.dirname(program), 'chunks/part.js'), 'utf8'), 'part');
});

test('a build is copied once, and the copy of an older build goes', async (context) => {
  const place = await installed(context);
  const first = await daemonProgram({ ...place, platform: 'win32', hash: 'a' });
  await writeFile(first, 'kept');
  assert.equal(await daemonProgram({ ...place, platform: 'win32', hash: 'a' }), first);
  assert.equal(await readFile(first, 'utf8'), 'kept');
  await daemonProgram({ ...place, platform: 'win32', hash: 'b' });
  assert.deepEqual(await readdir(path.join(place.storagePath, 'daemon')), ['b']);
});

test('windows that copy at once all find one whole copy', async (context) => {
  const place = await installed(context);
  const programs = await Promise.all(
    [1, 2, 3].map(() => daemonProgram({ ...place, platform: 'win32', hash: 'a' })),
  );
  assert.equal(new Set(programs).size, 1);
  assert.deepEqual(await readdir(path.join(place.storagePath, 'daemon')), ['a']);
});

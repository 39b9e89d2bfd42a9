/** What a command finds in the copy of a workspace. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DIFF, FILES, workspaceBench } from '../../support/workspaces.ts';

/** Tells what is in the copy. */
const LISTS = `const fs = require('fs');
  fs.writeFileSync(process.argv[1] + '/list', JSON.stringify(fs.readdirSync('.', { recursive: true }).sort()));`;
const listIn = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'list'), 'utf8')) as string[];

test('of a repository tracked and new files are copied, not ignored ones, deleted ones or its history', async (t) => {
  const files = { ...FILES, '.gitignore': '.env\ndist\n', '.env': 'KEY=1', 'dist/a.js': '', 'gone.js': '' };
  const bench = workspaceBench(t, { git: true, files });
  execFileSync('git', ['add', 'src', 'gone.js'], { cwd: bench.folder });
  execFileSync('rm', [path.join(bench.folder, 'gone.js')]);
  writeFileSync(path.join(bench.folder, 'new name.js'), '');
  assert.equal((await bench.judge(DIFF, LISTS)).passed, true);
  assert.deepEqual(listIn(bench.beside), ['.gitignore', 'new name.js', 'src', path.join('src', 'a.js')]);
});

test('a folder that its repository ignores is copied as one without', async (t) => {
  const bench = workspaceBench(t, { git: true, files: { ...FILES, '.gitignore': '*' } });
  assert.equal((await bench.judge(DIFF, LISTS)).passed, true);
  assert.deepEqual(listIn(bench.beside), ['.gitignore', 'src', path.join('src', 'a.js')]);
});

test("a repository's own settings start no program", async (t) => {
  const bench = workspaceBench(t, { git: true });
  const program = path.join(bench.beside, 'monitor');
  writeFileSync(program, `#!/bin/sh\ntouch ${path.join(bench.beside, 'started')}\n`);
  chmodSync(program, 0o755);
  execFileSync('git', ['config', 'core.fsmonitor', program], { cwd: bench.folder });
  assert.equal((await bench.judge(DIFF, LISTS)).passed, true);
  assert.equal(existsSync(path.join(bench.beside, 'started')), false);
});

test('without a repository all files are copied, with their rights and to the byte, and packages are linked', async (t) => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const bench = workspaceBench(t, {
    files: { ...FILES, 'package.json': '{}', 'a/package.json': '{}', 'image.png': bytes, 'run.sh': '' },
  });
  for (const one of ['node_modules/p', 'a/node_modules/q', '.git'])
    mkdirSync(path.join(bench.folder, one), { recursive: true });
  chmodSync(path.join(bench.folder, 'run.sh'), 0o755);
  const script = `const fs = require('fs');
    fs.writeFileSync(process.argv[1] + '/saw', JSON.stringify([fs.readFileSync('image.png').toString('hex'),
      fs.statSync('run.sh').mode & 0o777, fs.readlinkSync('node_modules'), fs.existsSync('a/node_modules/q'), fs.existsSync('.git')]));`;
  assert.equal((await bench.judge(DIFF, script)).passed, true);
  assert.deepEqual(JSON.parse(readFileSync(path.join(bench.beside, 'saw'), 'utf8')), [
    Buffer.from(bytes).toString('hex'),
    0o755,
    path.join(bench.folder, 'node_modules'),
    true,
    false,
  ]);
});

test('whatever the command does to the copy, the workspace stays as it is', async (t) => {
  const bench = workspaceBench(t);
  linkSync(path.join(bench.folder, 'src/a.js'), path.join(bench.folder, 'same.js'));
  symlinkSync('src/a.js', path.join(bench.folder, 'link.js'));
  const before = statSync(path.join(bench.folder, 'src/a.js')).mtimeMs;
  const script = `const fs = require('fs');
    for (const name of ['src/a.js', 'same.js', 'link.js']) fs.writeFileSync(name, 'overwritten');
    fs.rmSync('src', { recursive: true });`;
  assert.equal((await bench.judge(DIFF, script)).passed, true);
  for (const name of ['src/a.js', 'same.js', 'link.js']) assert.equal(bench.read(name), FILES['src/a.js']);
  assert.equal(statSync(path.join(bench.folder, 'src/a.js')).mtimeMs, before);
});

test('a copy is removed even where the command made it unwritable', async (t) => {
  const bench = workspaceBench(t);
  const script = `const fs = require('fs'); fs.mkdirSync('deep/er', { recursive: true });
    fs.writeFileSync('deep/er/x', ''); fs.chmodSync('deep/er', 0o500); fs.chmodSync('deep', 0o500);`;
  assert.equal((await bench.judge(DIFF, script)).passed, true);
  assert.deepEqual(bench.leftovers(), []);
});

test('what a dead daemon left is removed with the first command, and what is not of one is kept', async (t) => {
  const bench = workspaceBench(t);
  const { pid } = JSON.parse(
    execFileSync(process.execPath, ['-p', 'JSON.stringify({ pid: process.pid })'], { encoding: 'utf8' }),
  ) as { pid: number };
  const own = [`farthing-check-${process.pid}-other`, 'farthing-check-x', 'else'];
  for (const name of [...own, `farthing-check-${pid}-abc`])
    mkdirSync(path.join(bench.parent, name, 'workspace'), { recursive: true });
  assert.equal((await bench.judge(DIFF, LISTS)).passed, true);
  assert.deepEqual(bench.leftovers().toSorted(), own.toSorted());
});

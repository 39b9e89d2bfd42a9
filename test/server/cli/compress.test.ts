import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createTestState, outcome } from '../../support/daemon-process.ts';

const LOOSE = '---\ndescription: x\n---\nList the towns of Kent.   \n\n\n\n\nOne on a line.\n';
const TIGHT = '---\ndescription: x\n---\nList the towns of Kent.\n\nOne on a line.\n';

/** A state folder, and a prompt in it. */
function setUp(text = LOOSE) {
  const state = createTestState();
  const file = path.join(state.paths.folder, 'towns.prompt.md');
  writeFileSync(file, text);
  return { state, file, [Symbol.asyncDispose]: () => state[Symbol.asyncDispose]() };
}

test('compress prints the shorter prompt on standard output and what it saves on standard error', async () => {
  await using scene = setUp();
  const { code, out, err } = await outcome(scene.state.spawn(['compress', scene.file]));
  assert.deepEqual([code, out], [0, TIGHT]);
  assert.match(err, /^\d+ of \d+ tokens saved: \$0\.\d+ a run of OpenAI\/gpt-5-mini, before any cache\.$/m);
  assert.equal(readFileSync(scene.file, 'utf8'), LOOSE, 'the file stays');
});

test('--list says where and why, and --write changes the file', async () => {
  await using scene = setUp();
  const list = await outcome(scene.state.spawn(['compress', scene.file, '--list', '--risk', 'lossless']));
  assert.match(list.out, /^4:24 trailing-spaces \(lossless\): .+ Saves \d+ tokens?\.$/m);
  const written = await outcome(scene.state.spawn(['compress', scene.file, '--write']));
  assert.deepEqual([written.code, written.out], [0, '']);
  assert.equal(readFileSync(scene.file, 'utf8'), TIGHT);
});

test('what compress does not understand ends with its usage', async () => {
  await using scene = setUp();
  for (const args of [
    [],
    ['a', 'b'],
    ['-', '--write'],
    [scene.file, '--list', '--write'],
    [scene.file, '--risk', 'all'],
  ]) {
    const { code, err } = await outcome(scene.state.spawn(['compress', ...args]));
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /Usage: farthing compress/);
  }
  const missing = await outcome(
    scene.state.spawn(['compress', path.join(scene.state.paths.folder, 'none.prompt.md')]),
  );
  assert.equal(missing.code, 1);
  assert.match(missing.err, /none\.prompt\.md cannot be read/);
});

test('a second time there is nothing left to do, and line ends and the byte order mark stay', async () => {
  const text = '\uFEFFIt is very very good of   Kent.   \r\n\r\n\r\n\r\nList   its towns.   \r\n';
  await using scene = setUp(text);
  await outcome(scene.state.spawn(['compress', scene.file, '--write']));
  const once = readFileSync(scene.file, 'utf8');
  assert.equal(once, '\uFEFFIt is very good of Kent.\r\n\r\nList its towns.\r\n');
  const { err } = await outcome(scene.state.spawn(['compress', scene.file, '--write']));
  assert.match(err, /^0 of \d+ tokens saved/m);
  assert.equal(readFileSync(scene.file, 'utf8'), once);
});

test('a program without a prompt is said to have none', async () => {
  await using scene = setUp();
  const file = path.join(scene.state.paths.folder, 'a.ts');
  writeFileSync(file, 'export const a = 1;\n');
  const { code, err } = await outcome(scene.state.spawn(['compress', file]));
  assert.equal(code, 1);
  assert.match(err, /No prompt is open here/);
});

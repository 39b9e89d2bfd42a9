/** The farthing command of this repository, where no key is set. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/run.ts';
import { createTestState, outcome } from '../support/daemon-process.ts';

const farthing = (state: ReturnType<typeof createTestState>, ...args: readonly string[]) =>
  spawn(process.execPath, [path.join(ROOT, 'scripts/farthing.ts'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...state.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

test('explain says what the simulator would do, as a run would be answered by it', async () => {
  await using state = createTestState();
  const file = path.join(state.paths.folder, 'a.prompt.md');
  writeFileSync(file, 'Name a river.\n');
  const { code, out, err } = await outcome(farthing(state, 'explain', file));
  assert.equal(code, 0);
  assert.match(out, /Model: Demo\/gpt-5-mini \(simulated, nothing is billed\)/);
  assert.match(err, /^OPENAI_API_KEY is not set, so the Demo simulator would answer\./m);
});

test('a run that is not understood says how it is written, and nothing of the simulator', async () => {
  await using state = createTestState();
  const { code, err } = await outcome(farthing(state, 'run'));
  assert.equal(code, 2);
  assert.match(err, /^farthing run takes one prompt file/);
  assert.doesNotMatch(err, /Demo/);
});

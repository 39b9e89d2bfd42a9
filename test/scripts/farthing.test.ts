/** The farthing command of this repository, where no key is set. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/run.ts';
import { createTestState, outcome } from '../support/daemon-process.ts';

test('a run that is not understood says how it is written, and nothing of the simulator', async () => {
  await using state = createTestState();
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/farthing.ts'), 'run'], {
    env: { PATH: process.env['PATH'] ?? '', ...state.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { code, err } = await outcome(child);
  assert.equal(code, 2);
  assert.match(err, /^farthing run takes one prompt file/);
  assert.doesNotMatch(err, /Demo/);
});

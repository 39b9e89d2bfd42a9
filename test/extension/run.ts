/**
 * Runs the suites of this folder inside VS Code: the desktop's where FARTHING_VSCODE names its executable, else the
 * one that test/host installs. Everything is in folders of its own, a user's daemon and settings are never touched.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build as bundle } from 'esbuild';
import { ROOT, reason } from '../../scripts/run.ts';
import { stopDaemon } from '../host/daemon.ts';
import { assertNoKeys } from '../support/secrets.ts';

const BUNDLED_TESTS = path.join(ROOT, 'dist/test/extension/index.cjs');

async function main(): Promise<void> {
  await bundle({
    entryPoints: [path.join(import.meta.dirname, 'index.ts')],
    outfile: BUNDLED_TESTS,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  // Short, because a socket's path has little room.
  const folder = await mkdtemp(path.join(tmpdir(), 'farthing-'));
  const state = path.join(folder, 'state');
  const workspace = path.join(folder, 'workspace');
  const profile = path.join(folder, 'profile');
  try {
    await mkdir(state, { mode: 0o700 });
    await cp(path.join(ROOT, 'examples'), workspace, { recursive: true });
    await mkdir(path.join(profile, 'User'), { recursive: true });
    await writeFile(path.join(profile, 'User/settings.json'), '{ "telemetry.telemetryLevel": "off" }\n');
    await runTests({
      vscodeExecutablePath:
        process.env['FARTHING_VSCODE'] ?? path.join(import.meta.dirname, '../host/code.mjs'),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: BUNDLED_TESTS,
      extensionTestsEnv: { FARTHING_STATE: state, FARTHING_TEST_KEY: 'sk-from-the-environment' },
      launchArgs: [
        workspace,
        `--user-data-dir=${profile}`,
        `--extensions-dir=${path.join(folder, 'extensions')}`,
        '--disable-extensions',
        '--disable-workspace-trust',
      ],
    });
  } finally {
    await stopDaemon(state);
    assertNoKeys(state);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(reason(error));
    process.exitCode = 1;
  }
}

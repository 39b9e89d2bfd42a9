/**
 * The `farthing` command of this repository: the built program where there is one, its sources otherwise. Where no key
 * and no settings are there, `run` is answered by the Demo simulator, which this process starts and ends, and says so;
 * `explain` says what such a run would do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { statePaths } from '../server/process/state-folder.ts';
import { startProvider } from './providers.ts';
import { ROOT } from './run.ts';

/** Exit code of a run that the user cancelled. */
const CANCELLED = 130;

const parameters = process.argv.slice(2);
await using cleanUp = new AsyncDisposableStack();
const isDemo = needsDemo();
const environment = { ...process.env, ...(isDemo ? await startDemo() : {}) };
const built = path.join(ROOT, 'dist/server/main.js');
const program = existsSync(built) ? built : path.join(ROOT, 'server/main.ts');
const child = spawn(process.execPath, [program, ...parameters], { stdio: 'inherit', env: environment });
// A terminal sends Ctrl+C to both; this process outlives the child, to end the simulator after it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
const [code] = await once(child, 'exit');
process.exitCode = typeof code === 'number' ? code : 1;
// Of a run that was not understood, only how it is written is of interest.
if (isDemo && (code === 0 || code === CANCELLED))
  console.error(
    parameters[0] === 'run'
      ? 'OPENAI_API_KEY is not set, so the Demo simulator answered. Set it to ask OpenAI.'
      : 'OPENAI_API_KEY is not set, so the Demo simulator would answer. Set it to ask OpenAI.',
  );

function needsDemo(): boolean {
  const { OPENAI_API_KEY: key, FARTHING_SETTINGS: settings } = process.env;
  const [command = '', ...rest] = parameters;
  if (!['run', 'explain'].includes(command) || key || settings) return false;
  if (rest.includes('--help') || rest.includes('-h')) return false;
  const surroundings = {
    environment: process.env,
    platform: process.platform,
    home: homedir(),
    temporary: tmpdir(),
  };
  return !existsSync(path.join(statePaths(surroundings).folder, 'settings.json'));
}

/** Starts the simulator and gives the environment in which the command uses it. */
async function startDemo(): Promise<Record<string, string>> {
  const provider = await startProvider({});
  cleanUp.defer(() => provider.stop());
  const folder = await mkdtemp(path.join(tmpdir(), 'farthing-demo-'));
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'settings.json');
  await writeFile(file, JSON.stringify({ providers: [provider.settings] }));
  return { FARTHING_SETTINGS: file };
}

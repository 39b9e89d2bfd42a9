/**
 * `npm start`: Farthing in a real VS Code, in the browser, on the examples. Builds, installs, starts, prints the
 * address and stays until Ctrl+C; what it started ends with it and its data is in .farthing/.
 * Options: `--no-open` opens no browser; `--check` looks at the page once without a window and ends.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openWindow } from '../test/end-to-end/window.ts';
import { launchChromium } from '../test/host/browser.ts';
import { stopDaemon } from '../test/host/daemon.ts';
import { installHost } from '../test/host/install.ts';
import {
  machineSettingsFile,
  type Server,
  startServer,
  tokenFile,
  userSettingsFile,
} from '../test/host/server.ts';
import { packageFile } from './package.ts';
import { startProvider } from './providers.ts';
import { ROOT, reason, run, runOrThrow, step } from './run.ts';

const PREFERRED_PORT = 7717;
const PORTS_TO_TRY = 20;
const EXAMPLES = path.join(ROOT, 'examples');

const FIRST_USER_SETTINGS = {
  // The copy of the examples lies in this repository, which is nobody's concern who tries them.
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

type Json = Record<string, unknown>;

interface StartOptions {
  readonly check: boolean;
  readonly open: boolean;
}

/** Starts, and stops what was started: at the end of a check, on Ctrl+C at any moment, or when a step fails. */
async function start(options: StartOptions): Promise<void> {
  const interruption = interrupted();
  await using cleanUp = new AsyncDisposableStack();
  const end = await Promise.race([serve(options, cleanUp), interruption]);
  if (end === 'interrupted') console.log('\nStopping ...');
}

/** Every step in order. Ends after a check; else it throws when VS Code ends by itself. */
async function serve(options: StartOptions, cleanUp: AsyncDisposableStack): Promise<void> {
  // A check must not meet what an earlier start left, nor one that is running.
  const folder = options.check
    ? await mkdtemp(path.join(tmpdir(), 'farthing-'))
    : path.join(ROOT, '.farthing');
  if (options.check) cleanUp.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const data = path.join(folder, 'vscode');
  const state = path.join(folder, 'state');
  await mkdir(state, { recursive: true, mode: 0o700 });

  await step('Building and packaging Farthing', () => runOrThrow(process.execPath, ['scripts/package.ts']));
  await installHost();
  const provider = await startProvider(process.env);
  cleanUp.defer(() => provider.stop());
  // Last in, first out: the server ends before the daemon, so that no window starts another one.
  cleanUp.defer(() => stopDaemon(state));
  const server = await step('Starting VS Code with Farthing installed', async () =>
    startServer({
      dataDirectory: data,
      connectionToken: await readFile(tokenFile(data), 'utf8').catch(() => randomBytes(16).toString('hex')),
      port: options.check ? 0 : await freePort(),
      extensions: [await packageFile()],
      userSettings: { ...FIRST_USER_SETTINGS, ...(await readSettings(userSettingsFile(data))) },
      machineSettings: withProvider(await readSettings(machineSettingsFile(data)), provider.settings),
      // The provider's key goes on in the environment, if it has one; no file ever holds it.
      environment: { FARTHING_STATE: state },
    }),
  );
  cleanUp.defer(() => server.stop());

  // A copy, so that what is tried in them changes nothing in the repository.
  const workspace = path.join(folder, 'examples');
  await cp(EXAMPLES, workspace, { recursive: true, force: false, errorOnExist: false });
  const address = server.address(workspace);
  if (options.check) {
    await step('Looking at it in Chromium', () => check(address, server));
    console.log(
      '\nThe workbench loads, Farthing is active and its daemon counts. Everything is stopped again.',
    );
    return;
  }
  console.log(`
Farthing is ready.

  Open       ${address}
  Provider   ${provider.notice}
  Try        review.prompt.md, and Run above its first line; examples/README.md has more
  Files      ${workspace}, a copy of examples/
  Shell      FARTHING_STATE=${state} npx farthing ... shares its daemon, cache and ledger
  Stop       Ctrl+C
`);
  if (options.open) openBrowser(address);
  await server.ended;
  throw new Error(`VS Code has ended by itself:\n${server.output().slice(-2000)}`);
}

/** Opens an example as a person would; throws with a picture in test-results/ when Farthing does not answer. */
async function check(address: string, server: Server): Promise<void> {
  const browser = await launchChromium();
  try {
    const window = await openWindow(browser, address, 'start');
    try {
      await window.openFile('review.prompt.md');
      await window.statusBarItem('farthing').waitFor();
      await window.codeLens('token').waitFor();
    } catch (error) {
      const picture = await window.screenshot('start-failed');
      throw new Error(`${reason(error)}\nSee ${picture}. VS Code printed:\n${server.output().slice(-2000)}`);
    }
  } finally {
    await browser.close();
  }
}

/** The machine's settings with our provider first, beside those that were added by hand. */
function withProvider(settings: Json, provider: Json): Json {
  const existing: unknown = settings['farthing.providers'];
  const ours = ['Demo', 'OpenAI'];
  const others = (Array.isArray(existing) ? existing : []).filter((entry) => !ours.includes(entry?.name));
  return { ...settings, 'farthing.providers': [provider, ...others] };
}

async function readSettings(file: string): Promise<Json> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON (${reason(error)}). Mend or delete it and start again.`);
  }
}

/** The preferred port or one of the next; 0, for any, when all are taken. */
async function freePort(): Promise<number> {
  for (let port = PREFERRED_PORT; port < PREFERRED_PORT + PORTS_TO_TRY; port++) {
    if (await isFree(port)) return port;
    console.log(`  port ${port} is taken, trying the next`);
  }
  return 0;
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  return promise;
}

/** Opens the address where there is a screen; the printed address serves everywhere else. */
function openBrowser(address: string): void {
  const hasDisplay = Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
  if (process.platform === 'darwin') run('open', [address]);
  else if (process.platform === 'win32') run('explorer', [address]);
  else if (hasDisplay) run('xdg-open', [address]);
}

/** Resolves when the terminal or another program asks this one to end. */
function interrupted(): Promise<'interrupted'> {
  const { promise, resolve } = Promise.withResolvers<'interrupted'>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve('interrupted'));
  return promise;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, open: { type: 'boolean' } },
    allowNegative: true,
  });
  try {
    await start({ check: values.check ?? false, open: values.open ?? true });
    // A step that was interrupted must not hold this process.
    process.exit(0);
  } catch (error) {
    console.error(`\nFarthing could not be started: ${reason(error)}`);
    process.exit(1);
  }
}

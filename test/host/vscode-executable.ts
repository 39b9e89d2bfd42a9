/**
 * Runs extension tests in the installed host as a desktop VS Code would: takes the same arguments, prints what the
 * tests print and ends with their exit code. The way in is an internal flag of VS Code, so a host that never reports
 * an exit code is said to be the fault, loudly, instead of passing or hanging.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reason } from '../../scripts/run.ts';
import { launchChromium } from './browser.ts';
import { installHost } from './install.ts';
import { startServer } from './server.ts';

const SILENCE_LIMIT_MILLISECONDS = 60_000;

/** The arguments of VS Code that tests use. */
interface Arguments {
  readonly extension: string;
  readonly tests: string;
  readonly workspace: string;
  readonly asksForTrust: boolean;
}

/** Reads a VS Code command line: unknown switches are left alone, as VS Code does. */
function parseArguments(parameters: readonly string[]): Arguments {
  const option = (name: string): string => {
    const prefix = `--${name}=`;
    const found = parameters.find((parameter) => parameter.startsWith(prefix));
    if (found === undefined)
      throw new Error(`${prefix}... is missing. This executable only runs extension tests.`);
    return path.resolve(found.slice(prefix.length));
  };
  const workspace = parameters.find((parameter) => !parameter.startsWith('-'));
  return {
    extension: option('extensionDevelopmentPath'),
    tests: option('extensionTestsPath'),
    workspace: path.resolve(workspace ?? '.'),
    asksForTrust: !parameters.includes('--disable-workspace-trust'),
  };
}

/** Runs the tests and returns their exit code. Throws when the host or the browser fails. */
async function runExtensionTests(parameters: Arguments): Promise<number> {
  await installHost();
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'farthing-host-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 }));

  const server = await startServer({
    dataDirectory,
    connectionToken: null,
    testDriver: true,
    asksForTrust: parameters.asksForTrust,
    userSettings: {
      'chat.disableAIFeatures': true,
      'extensions.ignoreRecommendations': true,
      'telemetry.telemetryLevel': 'off',
      'workbench.startupEditor': 'none',
    },
  });
  cleanUp.defer(() => server.stop());
  const browser = await launchChromium();
  cleanUp.defer(() => browser.close());

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  const canary = setTimeout(
    () =>
      reject(
        new Error(
          'VS Code has said nothing for a minute and reported no exit code. Either a test hangs, or this version of ' +
            `VS Code no longer runs tests this way. The server printed:\n${server.output().slice(-4000)}`,
        ),
      ),
    SILENCE_LIMIT_MILLISECONDS,
  );
  cleanUp.defer(async () => clearTimeout(canary));
  await page.exposeFunction('codeAutomationLog', (type: string, messages: unknown[]) => {
    canary.refresh();
    print(type, messages);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  page.on('crash', () => reject(new Error("Chromium's page crashed.")));

  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(parameters.extension)],
    ['extensionTestsPath', remote(parameters.tests)],
    ['skipWelcome', 'true'],
  ];
  await page.goto(
    `${server.address(parameters.workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`,
  );
  return await ended;
}

/** What this host says of itself on every start: natives that it lacks, pages that it does not serve, its progress. */
const HOST_CHATTER =
  /^(Resolv(ing|ed) connection token|Creating a socket|Ignoring fetching|Updating additional builtin|Canceled: |Creation of workbench contribution|No search provider registered|\[[\w:-]+\])|Could not locate the bindings file|build\/Release\/watchdog|_static\/out\/browser\/serviceWorker/;

/** Passes on what the extension host prints and what fails. */
function print(type: string, messages: readonly unknown[]): void {
  const text = messages.map(String).join(' ');
  if (HOST_CHATTER.test(text)) return;
  console.log(type === 'info' ? text : `[${type}] ${text}`);
}

if (import.meta.main) {
  // An exit ends the server with this process; the default of a signal would leave it behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  try {
    process.exitCode = await runExtensionTests(parseArguments(process.argv.slice(2)));
  } catch (error) {
    console.error(`The extension tests could not be run: ${reason(error)}`);
    process.exitCode = 1;
  }
}

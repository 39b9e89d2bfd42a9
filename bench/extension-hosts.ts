/** Starts fresh extension hosts with the packaged extension in them, and times activations there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/host/browser.ts';
import { stopDaemon } from '../test/host/daemon.ts';
import { installHost } from '../test/host/install.ts';
import { type Server, startServer } from '../test/host/server.ts';

/** The line that `activation-suite.ts` prints begins with this. */
const FIGURES = 'activation figures:';
const LIMIT_MILLISECONDS = 60_000;

/** What the activation of one extension took, in milliseconds. */
export interface ActivationTime {
  /** Its own code: loading its module, and activate(). */
  readonly own: number;
  /** With all that VS Code does around it. */
  readonly whole: number;
}

/** The figures of one fresh host. */
export interface Activation {
  readonly farthing: ActivationTime;
  /** An extension that does nothing, activated after Farthing in the same host. */
  readonly empty: ActivationTime;
}

/** Activates the extension of a VSIX in `hosts` hosts, one after the other. Nothing is open in them, so no daemon runs. */
export async function timeActivations(vsix: string, hosts: number): Promise<readonly Activation[]> {
  await installHost();
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'farthing-'));
  cleanUp.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const state = path.join(folder, 'state');
  const workspace = path.join(folder, 'workspace');
  for (const made of [state, workspace]) await mkdir(made, { mode: 0o700 });
  await writeEmptyExtension(path.join(folder, 'empty'));
  await bundle({
    entryPoints: [path.join(import.meta.dirname, 'activation-suite.ts')],
    outfile: path.join(folder, 'empty/suite.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });

  const server = await startServer({
    dataDirectory: path.join(folder, 'vscode'),
    connectionToken: null,
    extensions: [vsix],
    userSettings: { 'chat.disableAIFeatures': true, 'workbench.startupEditor': 'none' },
    testDriver: true,
    environment: { FARTHING_STATE: state },
  });
  // The activated extensions start a daemon once they are there.
  cleanUp.defer(() => stopDaemon(state));
  cleanUp.defer(() => server.stop());
  const browser = await launchChromium();
  cleanUp.defer(() => browser.close());
  const activations: Activation[] = [];
  for (let host = 0; host < hosts; host++) {
    activations.push(await timeActivation(browser, server, workspace, path.join(folder, 'empty')));
  }
  return activations;
}

/** A window of its own is a host of its own. */
async function timeActivation(
  browser: Browser,
  server: Server,
  workspace: string,
  extension: string,
): Promise<Activation> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const { promise, resolve, reject } = Promise.withResolvers<Activation>();
    const limit = setTimeout(
      () => reject(new Error(`VS Code gave no figures:\n${server.output().slice(-4000)}`)),
      LIMIT_MILLISECONDS,
    );
    let printed = '';
    await page.exposeFunction('codeAutomationLog', (_type: string, messages: readonly unknown[]) => {
      const text = messages.map(String).join(' ');
      printed += `${text}\n`;
      if (!text.includes(FIGURES)) return;
      const [figures = ''] = /\{.*\}/.exec(text.slice(text.indexOf(FIGURES))) ?? [];
      resolve(JSON.parse(figures) as Activation);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => {
      if (code !== 0) reject(new Error(`The suite in VS Code failed with code ${code}:\n${printed}`));
    });
    const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(path.join(extension, 'suite.cjs'))],
      ['skipWelcome', 'true'],
    ]);
    await page.goto(`${server.address(workspace)}&payload=${encodeURIComponent(payload)}`);
    return await promise.finally(() => clearTimeout(limit));
  } finally {
    await context.close();
  }
}

/** An extension whose activation does nothing: what is left is what VS Code itself takes. */
async function writeEmptyExtension(folder: string): Promise<void> {
  const manifest = {
    name: 'empty',
    publisher: 'bench',
    version: '0.0.0',
    engines: { vscode: '^1.106.0' },
    main: './main.cjs',
    activationEvents: [],
  };
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'main.cjs'), 'exports.activate = () => undefined;\n');
}

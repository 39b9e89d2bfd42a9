/** Starts and stops the VS Code server of the installed host, apart from any VS Code this runs inside of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runOrThrow } from '../../scripts/run.ts';
import { SERVER_MAIN } from './install.ts';

/** How the server is to run. */
export interface ServerOptions {
  /** Extensions, settings and logs live here. */
  readonly dataDirectory: string;
  /** What a browser has to show to get in; null for a server that lets in everyone on this machine. */
  readonly connectionToken: string | null;
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** VSIX files to install before the start. */
  readonly extensions?: readonly string[];
  /** Settings of the user, and those of scope "machine"; left as they are in the data directory when not given. */
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** True for folders to be restricted until they are trusted. Default: every folder is trusted. */
  readonly asksForTrust?: boolean;
  /** Lets a page name an extension and tests to run. Default: false. */
  readonly testDriver?: boolean;
  /** Added to the environment of the server and so of the extensions. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A server that answers. */
export interface Server {
  readonly port: number;
  /** Address of a window on a folder, with the token. */
  address(folder: string): string;
  /** All that the server printed. */
  output(): string;
  /** Settled when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Ends the server and all its processes; does nothing the second time. */
  stop(): Promise<void>;
}

/** Where the server of a data directory reads the user's settings. */
export const userSettingsFile = (dataDirectory: string): string =>
  path.join(dataDirectory, 'data/User/settings.json');

/** Where the server of a data directory reads the settings of scope "machine". */
export const machineSettingsFile = (dataDirectory: string): string =>
  path.join(dataDirectory, 'data/Machine/settings.json');

/** Where the server of a data directory reads its connection token. */
export const tokenFile = (dataDirectory: string): string => path.join(dataDirectory, 'connection-token');

const START_LIMIT_MILLISECONDS = 60_000;
const STOP_LIMIT_MILLISECONDS = 5_000;

/** Installs the extensions, writes the settings, starts the server and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const data = options.dataDirectory;
  if (options.userSettings !== undefined) await writeJson(userSettingsFile(data), options.userSettings);
  if (options.machineSettings !== undefined)
    await writeJson(machineSettingsFile(data), options.machineSettings);
  const common = ['--server-data-dir', data, '--accept-server-license-terms', '--telemetry-level', 'off'];
  const environment = cleanEnvironment(options.environment);

  for (const extension of options.extensions ?? [])
    await runOrThrow(
      process.execPath,
      [SERVER_MAIN, ...common, '--install-extension', extension, '--force'],
      {
        environment,
      },
    );

  const access =
    options.connectionToken === null
      ? ['--without-connection-token']
      : ['--connection-token-file', await writeToken(data, options.connectionToken)];
  const child = spawn(
    process.execPath,
    [
      SERVER_MAIN,
      ...common,
      ...access,
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
      ...(options.asksForTrust ? [] : ['--disable-workspace-trust']),
      ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    // A group of its own, so that its extension hosts end with it.
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let output = '';
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = stopper(child, ended);
  try {
    const port = await portOf(child, (piece) => {
      output += piece;
    });
    const token =
      options.connectionToken === null ? '' : `tkn=${encodeURIComponent(options.connectionToken)}&`;
    return {
      port,
      address: (folder) => `http://127.0.0.1:${port}/?${token}folder=${encodeURI(folder)}`,
      output: () => output,
      ended,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** This process's environment without what belongs to a VS Code, an Electron or an npm around it. */
export function cleanEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|CODE_SERVER|ELECTRON_|npm_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|INIT_CWD$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // Without a gallery VS Code asks no server for extensions: what runs here runs without a network.
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...added };
}

function portOf(child: ChildProcess, onOutput: (piece: string) => void): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let output = '';
  const fail = (what: string) =>
    reject(new Error(`The VS Code server ${what}. Its output:\n${output.slice(-4000)}`));
  const limit = setTimeout(() => fail('did not start within a minute'), START_LIMIT_MILLISECONDS);
  const collect = (piece: string) => {
    output += piece;
    onOutput(piece);
    const found = /Web UI available at https?:\/\/[^\s:]+:(\d+)/.exec(output);
    if (found?.[1] !== undefined) resolve(Number(found[1]));
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  child.on('error', (error) => fail(`could not be started (${error.message})`));
  child.on('exit', (code, signal) => fail(`ended at once (${signal ?? `code ${code}`})`));
  return promise.finally(() => clearTimeout(limit));
}

function stopper(child: ChildProcess, ended: Promise<void>): () => Promise<void> {
  const kill = (signal: NodeJS.Signals) => killGroup(child.pid, signal);
  const killAtExit = () => kill('SIGKILL');
  process.once('exit', killAtExit);
  return async () => {
    kill('SIGTERM');
    const limit = setTimeout(() => kill('SIGKILL'), STOP_LIMIT_MILLISECONDS);
    await ended;
    clearTimeout(limit);
    // The extension hosts are orphans now and still of the group.
    kill('SIGKILL');
    process.removeListener('exit', killAtExit);
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

async function writeToken(directory: string, token: string): Promise<string> {
  const file = tokenFile(directory);
  await mkdir(directory, { recursive: true });
  await writeFile(file, token, { mode: 0o600 });
  return file;
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

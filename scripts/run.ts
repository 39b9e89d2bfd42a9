/** What every script does: find the repository, run a program, say what is going on. */
import { spawn } from 'node:child_process';
import path from 'node:path';

/** The repository's folder, absolute. */
export const ROOT = path.dirname(import.meta.dirname);

/** How a program is run. */
export interface RunOptions {
  /** Working directory; by default the repository. */
  readonly directory?: string;
  /** The whole environment; by default this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where each piece of output goes as it comes; by default it is only collected. */
  readonly onOutput?: (piece: string) => void;
}

/** How a program ended. */
export interface RunResult {
  /** Exit code; 1 when a signal ended it or it could not be started. */
  readonly code: number;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** Runs a program to its end without input. Never rejects: a program that cannot start has code 1 and says why. */
export function run(
  command: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const child = spawn(command, parameters, {
    cwd: options.directory ?? ROOT,
    env: options.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  let output = '';
  const collect = (piece: string) => {
    output += piece;
    options.onOutput?.(piece);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  child.on('error', (error) => collect(`${command} could not be started: ${error.message}\n`));
  child.on('close', (code) => resolve({ code: code ?? 1, output }));
  return promise;
}

/** Like `run`, but throws an error with the end of the output when the exit code is not 0. */
export async function runOrThrow(
  command: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, output } = await run(command, parameters, options);
  if (code === 0) return output;
  const line = [path.basename(command), ...parameters].join(' ');
  throw new Error(
    `"${line}" ended with code ${code}:\n${output.trimEnd().split('\n').slice(-25).join('\n')}`,
  );
}

/** Runs npm in a folder, free of what the npm around this process put into the environment. */
export function npm(parameters: readonly string[], directory: string): Promise<string> {
  const inherited = /^(npm_(lifecycle|package|command|execpath|node|config_local_prefix)|INIT_CWD$)/;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !inherited.test(name)),
  );
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return runOrThrow('npm', [...parameters, ...quiet], { directory, environment });
}

/** Says what is done, does it, and says how long it took. */
export async function step<Value>(title: string, work: () => Promise<Value>): Promise<Value> {
  console.log(`• ${title} ...`);
  const started = performance.now();
  const value = await work();
  console.log(`  done in ${seconds(performance.now() - started)}`);
  return value;
}

/** "1.2 s" of milliseconds. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** What went wrong, in one text. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Runs a TypeScript script of this repository on the Node version it is written for, whatever Node the user has:
 * installs the packages when they are missing or out of date, then hands over to the Node in node_modules.
 * Plain JavaScript for Node 18 and later, because it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const packages = path.join(root, 'node_modules');
const lockfile = path.join(root, 'package-lock.json');
const stamp = path.join(packages, '.farthing-lock');
const isWindows = process.platform === 'win32';

/** How often this process looks whether it was left alone, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** Runs `script` (a path below the repository) with these arguments and ends with its exit code. */
export function runScript(script, parameters = process.argv.slice(2)) {
  ensurePackages();
  const child = spawn(projectNode(), [path.join(root, script), ...parameters], {
    stdio: 'inherit',
    env: { ...process.env, PATH: [path.join(packages, '.bin'), pathWithoutPackages()].join(path.delimiter) },
  });
  // A terminal sends Ctrl+C to both processes, another program to this one alone: the script hears of it either way,
  // and this process outlives it, since it has things to stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm passes no signal on when it is ended by one.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), LOOK_EVERY_MS).unref();
  child.on('error', (error) => {
    console.error(`Node could not be started: ${error.message}. Delete node_modules and try again.`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** The Node binary of the packages, version 24. Throws when the packages are not installed. */
export function projectNode() {
  const binary = isWindows ? 'node.exe' : 'node';
  const found = [path.join(packages, 'node', 'bin', binary), path.join(packages, '.bin', binary)].find(
    existsSync,
  );
  if (found === undefined) throw new Error('Node 24 is not in node_modules. Run "npm ci" and try again.');
  return found;
}

function ensurePackages() {
  const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  if (isInstalled(hash)) return;
  // To standard error, and npm's words too: standard output is the script's.
  console.error(`Installing the packages of package-lock.json into ${packages} (npm ci, about a minute) ...`);
  // The lifecycle of another npm must not leak in, nor may Node from the folder that is about to be replaced.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(lifecycle|package|command|execpath|node)/.test(name),
    ),
  );
  const result = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
    env: { ...environment, PATH: pathWithoutPackages() },
  });
  if (result.status !== 0) {
    console.error(
      'The packages could not be installed. Check the network and the message above, then try again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}

function isInstalled(hash) {
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hash;
  const installed = path.join(packages, '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
}

function pathWithoutPackages() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.filter((folder) => !folder.startsWith(packages)).join(path.delimiter);
}

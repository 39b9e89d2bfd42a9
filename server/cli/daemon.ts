/** farthing daemon: serve, status and stop. */
import { setFlagsFromString } from 'node:v8';
import { formatCacheCount } from '../../protocol/cache-count.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { formatDuration } from '../../protocol/receipt.ts';
import { currentBuild } from '../process/build.ts';
import { findClient } from './daemon-client.ts';
import { type Terminal, UsageError } from './terminal.ts';

const DEFAULT_IDLE_MS = 5 * 60_000;
/** Time for the last bytes to leave after the daemon has ended, before the process is told to. */
const LAST_BYTES_MS = 200;

export async function daemon(terminal: Terminal, args: readonly string[]): Promise<number> {
  const [action = 'status', ...more] = args;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run === undefined || more.length > 0)
    throw new UsageError('farthing daemon takes status, stop or serve.');
  return run(terminal);
}

const ACTIONS: Readonly<Record<string, (terminal: Terminal) => Promise<number>>> = { serve, status, stop };

/** V8 would let this heap of some 25 MB grow many times over before it collects; see also spawn-daemon.ts. */
const HEAP_GROWTH_PERCENT = 20;

/** Runs the daemon in this process until it is idle or told to stop. */
async function serve({ environment, paths, signal, note }: Terminal): Promise<number> {
  process.title = 'farthing-daemon';
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const { startDaemon } = await import('../daemon.ts');
  const idleMs = Number(environment['FARTHING_IDLE_MS']) || DEFAULT_IDLE_MS;
  const running = await startDaemon({ paths, build: currentBuild(environment), idleMs });
  if (running === null) {
    note('Another daemon already serves this state folder.');
    return 0;
  }
  signal.addEventListener('abort', () => running.stop('it was told to by a signal'), { once: true });
  await running.ended;
  setTimeout(() => process.exit(0), LAST_BYTES_MS).unref();
  return 0;
}

async function status(terminal: Terminal): Promise<number> {
  await using client = await findClient(terminal);
  if (client === null) {
    terminal.out('No daemon runs. It starts by itself with the next prompt.\n');
    return 1;
  }
  const found = await client.request(MESSAGES.status, {});
  const rows: readonly (readonly [string, string])[] = [
    ['process', `${found.pid}`],
    ['version', `${found.build.version} (${found.build.hash.slice(0, 8)}), protocol ${found.protocol}`],
    ['up', formatDuration(found.uptimeMs)],
    // This command is a client, too.
    ['clients', `${found.clients - 1}`],
    ['calls running', `${found.callsRunning}`],
    ['cache', formatCacheCount(found.cache)],
    ['memory', `${(found.memoryBytes / 1e6).toFixed(1)} MB`],
    ['runtime', found.runtime],
    ['state', found.stateFolder],
    ['log', found.logFile],
    ['ledger', found.storageProblem ?? 'ok'],
  ];
  terminal.out(rows.map(([name, value]) => `${name.padEnd(14)} ${value}\n`).join(''));
  return 0;
}

async function stop(terminal: Terminal): Promise<number> {
  await using client = await findClient(terminal);
  if (client === null) {
    terminal.out('No daemon runs.\n');
    return 0;
  }
  await client.request(MESSAGES.stop, { startsAgain: false });
  await client.closed;
  terminal.out(`Daemon ${client.pid} has stopped.\n`);
  return 0;
}

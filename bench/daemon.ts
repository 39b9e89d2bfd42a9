/** The daemon as a process: how fast it is there, how fast it answers from the cache, and how much memory it keeps. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MESSAGES } from '../protocol/messages.ts';
import { connectTo, type DaemonClient } from '../server/cli/daemon-client.ts';
import { openDaemon } from '../server/process/connect.ts';
import { startSimulator } from '../test/simulator/simulator.ts';
import { createTestState, type TestState } from '../test/support/daemon-process.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';

const PROGRAM = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));
const COLD_STARTS = 9;
const HITS = 500;
const CALLS = 10_000;
/** Calls under way at once while the memory is measured. */
const AT_ONCE = 8;

export const benchmark: Benchmark = {
  name: 'daemon',
  what: 'the built daemon as its own process, with a provider on loopback',
  async run() {
    if (!existsSync(PROGRAM)) throw new Error('dist/ is missing: run "npm run build" first.');
    return [await coldStart(), ...(await answers())];
  },
};

async function start(state: TestState): Promise<DaemonClient> {
  const build = { version: '0.0.0', hash: 'bench', builtAt: 0 };
  const command = { runtime: process.execPath, arguments: [PROGRAM, 'daemon', 'serve'] };
  return connectTo(await openDaemon({ paths: state.paths, build, command }));
}

/** From nothing to a connection on which LSP is initialized. */
async function coldStart(): Promise<Measure> {
  const cold: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < COLD_STARTS; turn++) {
    await using state = createTestState();
    const begun = performance.now();
    await using _client = await start(state);
    cold.push(performance.now() - begun);
    const bareBegun = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    bare.push(performance.now() - bareBegun);
  }
  const peers = [{ name: 'an empty Node program', value: median(bare) }];
  return { name: 'cold start to ready, median', value: median(cold), unit: 'ms', target: 400, peers };
}

async function answers(): Promise<Measure[]> {
  await using state = createTestState();
  await using simulator = await startSimulator();
  await using client = await start(state);
  const provider = {
    name: 'Sim',
    baseUrl: simulator.baseUrl,
    models: ['gpt-5-mini'],
    needsKey: false,
    pricedAs: 'openai',
  };
  await client.request(MESSAGES.configure, {
    settings: { providers: [provider] },
    trusted: true,
    workspace: { name: null, folder: null },
  });
  const run = (text: string) =>
    client.request(MESSAGES.run, {
      callId: randomUUID(),
      source: { kind: 'text', uri: 'file:///bench.prompt.md', text },
      feature: 'bench',
    });
  simulator.script({ text: 'An answer of a few words, as models give them.' });
  await run('The same question.');

  const hits: number[] = [];
  const trips: number[] = [];
  for (let turn = 0; turn < HITS; turn++) {
    const begun = performance.now();
    const { outcome } = await run('The same question.');
    hits.push(performance.now() - begun);
    if (outcome !== 'cached') throw new Error(`a repeated request was ${outcome}`);
    const tripBegun = performance.now();
    await client.request(MESSAGES.status, {});
    trips.push(performance.now() - tripBegun);
  }
  const peers = (percent: number) => [{ name: 'a bare round trip', value: percentile(trips, percent) }];

  simulator.script(...Array.from({ length: CALLS }, (_, turn) => ({ text: `Answer ${turn}.` })));
  const callsBegun = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < CALLS) {
      next += 1;
      await run(`Question ${next} of the benchmark, which is a little longer than the others.`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const perCall = (performance.now() - callsBegun) / CALLS;
  const { memoryBytes } = await client.request(MESSAGES.status, {});
  return [
    { name: 'exact hit over LSP, median', value: median(hits), unit: 'ms', target: 1, peers: peers(50) },
    {
      name: 'exact hit over LSP, 99th percentile',
      value: percentile(hits, 99),
      unit: 'ms',
      target: null,
      peers: peers(99),
    },
    { name: 'fresh call on loopback, mean', value: perCall, unit: 'ms', target: null, peers: [] },
    { name: 'memory after 10,000 calls', value: memoryBytes / 1e6, unit: 'MB', target: 120, peers: [] },
  ];
}

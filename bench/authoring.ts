/** Writing a prompt: what a key press costs the daemon, how soon the new count is there, and what nobody typing costs. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type EstimateParams, MESSAGES } from '../protocol/messages.ts';
import { connectTo, type DaemonClient } from '../server/cli/daemon-client.ts';
import { outlineOf } from '../server/lsp/outline.ts';
import { openDaemon } from '../server/process/connect.ts';
import { parsePrompt } from '../server/prompts/prompt-document.ts';
import { createTokenCounter } from '../server/tokens/counter.ts';
import { createTestState } from '../test/support/daemon-process.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';

const PROGRAM = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));
const KEYS = 300;
/** Key presses that are not measured: programs begin slow. */
const WARM_UP = 50;
const IDLE_MS = 10_000;
const URI = 'file:///bench/long.prompt.md';
const MODEL = { id: 'gpt-5-mini', contextTokens: null, encoding: null } as const;

export const benchmark: Benchmark = {
  name: 'authoring',
  what: 'a prompt of 100 KB with sections, in which somebody types',
  async run() {
    if (!existsSync(PROGRAM)) throw new Error('dist/ is missing: run "npm run build" first.');
    const text = longPrompt();
    return [...(await serverWork(text)), ...(await overTheSocket(text))];
  },
};

/** 100 KB in two messages, with headings, lists and examples. */
function longPrompt(): string {
  const parts = ['---\ndescription: bench\n---\nsystem:\n'];
  for (let section = 0; parts.join('').length < 100_000; section++) {
    parts.push(`## Section ${section}\n\n`);
    for (let line = 0; line < 12; line++)
      parts.push(
        `- Rule ${section}.${line}: look at {{file}} before you say what it does, and name the line.\n`,
      );
    parts.push(`\n### Example ${section}\n\nInput: ${section}\nOutput: ${section * 7}\n\n`);
  }
  return `${parts.join('')}user:\nReview the change.\n`;
}

/** The text after a key press, at a place of its own for each. */
function afterKey(text: string, key: number): string {
  const place = 200 + ((key * 7919) % (text.length - 400));
  return `${text.slice(0, place)}x${text.slice(place)}`;
}

/** Milliseconds of processor time, which other programs on the machine do not add to. */
function cpuSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** Reading the prompt and counting it whole and by section, on this thread. */
async function serverWork(text: string): Promise<Measure[]> {
  const counter = createTokenCounter();
  const meter = await counter.meter(MODEL);
  const times: number[] = [];
  for (let key = 0; key < KEYS + WARM_UP; key++) {
    const changed = afterKey(text, key);
    const begun = process.cpuUsage();
    const prompt = parsePrompt({ uri: URI, text: changed, languageId: 'prompt' });
    await counter.countMessages(MODEL, prompt.messages, URI);
    const { leaves } = outlineOf(prompt);
    meter.countParts(
      URI,
      leaves.map(({ start, end }) => changed.slice(start, end)),
      (part) => part,
    );
    if (key >= WARM_UP) times.push(cpuSince(begun));
  }
  await counter.dispose();
  const peers = await peerTimes(text);
  return [
    measure('key press: read and count, median', median(times), 5, peers),
    measure('key press: read and count, 99th percentile', percentile(times, 99), 5, []),
  ];
}

const measure = (
  name: string,
  value: number,
  target: number | null,
  peers: Measure['peers'],
  unit = 'ms',
): Measure => ({ name, value, unit, target, peers });

/** What others need to count the whole text anew, which is all that they can. */
async function peerTimes(text: string): Promise<Measure['peers']> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const [{ Tiktoken }, { default: table }] = await Promise.all([
    import('js-tiktoken/lite'),
    import('js-tiktoken/ranks/o200k_base'),
  ]);
  const tiktoken = new Tiktoken(table);
  const timed = (count: (changed: string) => number): number => {
    const times: number[] = [];
    for (let key = 0; key < 12; key++) {
      const changed = afterKey(text, key);
      const begun = process.cpuUsage();
      count(changed);
      times.push(cpuSince(begun));
    }
    return median(times);
  };
  return [
    { name: 'js-tiktoken', value: timed((changed) => tiktoken.encode(changed, [], []).length) },
    { name: 'gpt-tokenizer', value: timed((changed) => countTokens(changed)) },
  ];
}

async function overTheSocket(text: string): Promise<Measure[]> {
  await using state = createTestState();
  const build = { version: '0.0.0', hash: 'bench', builtAt: 0 };
  const command = { runtime: process.execPath, arguments: [PROGRAM, 'daemon', 'serve'] };
  await using client = await connectTo(await openDaemon({ paths: state.paths, build, command }));
  const provider = { name: 'None', baseUrl: 'http://127.0.0.1:1/v1', models: [MODEL.id], needsKey: false };
  await client.request(MESSAGES.configure, {
    settings: { providers: [{ ...provider, pricedAs: 'openai' }] },
    trusted: true,
    workspace: { name: null, folder: null },
  });
  const { pid } = await client.request(MESSAGES.status, {});
  const counts = estimatesOf(client);
  let waiting = counts.version(1);
  await client.raw('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'prompt', version: 1, text },
  });
  await waiting;
  const shown: number[] = [];
  const lenses: number[] = [];
  let before = cpuMs(pid);
  for (let key = 0; key < KEYS + WARM_UP; key++) {
    if (key === WARM_UP) before = cpuMs(pid);
    const version = key + 2;
    const place = { line: 8 + ((key * 31) % 900), character: 2 };
    const begun = performance.now();
    waiting = counts.version(version);
    await client.raw('textDocument/didChange', {
      textDocument: { uri: URI, version },
      contentChanges: [{ range: { start: place, end: place }, text: 'x' }],
    });
    await waiting;
    if (key >= WARM_UP) shown.push(performance.now() - begun);
    const asked = performance.now();
    await client.raw('textDocument/codeLens', { textDocument: { uri: URI } });
    if (key >= WARM_UP) lenses.push(performance.now() - asked);
  }
  const busy = cpuMs(pid);
  await sleep(1000);
  const idleBefore = cpuMs(pid);
  await sleep(IDLE_MS);
  const idleAfter = cpuMs(pid);
  return [
    measure('key press to count over LSP, median', median(shown), 50, []),
    measure('key press to count over LSP, 99th percentile', percentile(shown, 99), 50, []),
    measure('then all lines above sections, median', median(lenses), null, []),
    measure('then all lines above sections, 99th percentile', percentile(lenses, 99), null, []),
    ...(before === null || busy === null
      ? []
      : [measure('processor time of the daemon per key press, mean', (busy - before) / KEYS, null, [])]),
    ...(idleBefore === null || idleAfter === null
      ? []
      : [measure('processor time of the idle daemon in 10 s', idleAfter - idleBefore, 10, [])]),
  ];
}

/** Waits for the estimate of a version. */
function estimatesOf(client: DaemonClient) {
  let wanted = 0;
  let done: () => void = () => undefined;
  client.on(MESSAGES.estimate, ({ version }: EstimateParams) => {
    if (version === wanted) done();
  });
  return {
    version(version: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = version;
      done = resolve;
      return promise;
    },
  };
}

/** Milliseconds of a second of Linux's clock ticks. */
const TICK_MS = 10;

/** Processor time of a process until now, in steps of 10 ms; null where the system does not say. */
function cpuMs(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

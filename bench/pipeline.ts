/** The pipeline inside the daemon: what a hit costs, what the stages add to a call, and a cache with a million answers. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { OpenAI } from 'openai';
import { parseSettings, type Settings } from '../protocol/settings.ts';
import { prepareCall } from '../server/calls/prepare-call.ts';
import { type Core, openCore } from '../server/core.ts';
import type { Next } from '../server/pipeline/stage.ts';
import { createKeepAliveFetch } from '../server/providers/keep-alive-fetch.ts';
import { startEcho } from '../test/simulator/echo.ts';
import { QUIET } from '../test/support/core-events.ts';
import { type Benchmark, type Measure, median } from './benchmark.ts';

const HITS = 2000;
const MISSES = 1500;
const WARM_UP = 300;
const FEW = 1000;
const MANY = 1_000_000;

export const benchmark: Benchmark = {
  name: 'pipeline',
  what: 'calls inside the daemon, on a database file, with a provider in a process of its own on loopback',
  async run() {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-bench-'));
    await using echo = await startEcho();
    const file = path.join(folder, 'ledger.db');
    const core = await openCore(file, QUIET);
    try {
      core.replies.limit(4e9);
      const scene = setUp(core, echo.baseUrl);
      return [...(await misses(scene)), ...(await hits(scene, file))];
    } finally {
      core.close();
      rmSync(folder, { recursive: true });
    }
  },
};

interface Scene {
  readonly run: Next;
  readonly settings: Settings;
  readonly baseUrl: string;
}

function setUp(core: Core, baseUrl: string): Scene {
  const provider = { name: 'Echo', baseUrl, models: ['gpt-5-mini'], needsKey: false, pricedAs: 'openai' };
  const { settings } = parseSettings({ providers: [provider] });
  return { run: core.engine.runner({ get: () => null }), settings, baseUrl };
}

/** One call from its text to its receipt, as the LSP edge makes it; how it ended. */
async function ask({ run, settings }: Scene, content: string): Promise<string> {
  const call = prepareCall(
    {
      callId: randomUUID(),
      source: { kind: 'messages', messages: [{ role: 'user', content }] },
      feature: 'bench',
      signal: new AbortController().signal,
      startedAt: Date.now(),
      purpose: 'run',
    },
    { settings, workspace: null, branch: () => null, openPrompt: () => null },
  );
  let outcome = '';
  for await (const event of run(call)) if (event.type === 'receipt') outcome = event.receipt.outcome;
  return outcome;
}

const textOf = (length: number): string =>
  `${randomUUID()} ${'What would you change in this function, and why? '.repeat(1 + length / 49)}`.slice(
    0,
    length,
  );

/** Milliseconds; what an earlier call left to be done later is done before, so that nobody else pays for it. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  for (let turn = 0; turn < 2; turn++) await setImmediate();
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** A fresh call of ours, and the same through the package alone, in turns. */
async function misses(scene: Scene): Promise<Measure[]> {
  const packageOver = (fetch: typeof globalThis.fetch) => {
    const client = new OpenAI({ baseURL: scene.baseUrl, apiKey: 'none', maxRetries: 0, fetch });
    return async (content: string) => {
      const stream = await client.chat.completions.create({
        model: 'gpt-5-mini',
        messages: [{ role: 'user', content }],
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
  };
  const same = packageOver(createKeepAliveFetch() as typeof globalThis.fetch);
  const own = packageOver(globalThis.fetch);
  const measures: Measure[] = [];
  for (const [size, length, target] of [
    ['1 KB', 1000, 0.25],
    ['40 KB', 40_000, 0.45],
  ] as const) {
    const times = { ours: [] as number[], same: [] as number[], own: [] as number[] };
    for (let turn = -WARM_UP; turn < MISSES; turn++) {
      const text = textOf(length);
      const ours = await timed(() => ask(scene, text));
      const theirs = await timed(() => same(text));
      const default_ = await timed(() => own(text));
      if (turn < 0) continue;
      times.ours.push(ours);
      times.same.push(theirs);
      times.own.push(default_);
    }
    measures.push({
      name: `added to a call of ${size}, median`,
      value: median(times.ours) - median(times.same),
      unit: 'ms',
      target,
      peers: [
        { name: 'whole call', value: median(times.ours) },
        { name: 'openai on our fetch', value: median(times.same) },
        { name: 'openai on its own', value: median(times.own) },
      ],
    });
  }
  return measures;
}

/** Hits among few stored answers, and among a million. */
async function hits(scene: Scene, file: string): Promise<Measure[]> {
  const questions = Array.from({ length: 200 }, () => textOf(1000));
  for (const question of questions) await ask(scene, question);
  const measure = async () => {
    const times: number[] = [];
    for (let turn = -WARM_UP; turn < HITS; turn++) {
      const question = questions[Math.abs(turn * 7) % questions.length] ?? '';
      const begun = performance.now();
      const outcome = await ask(scene, question);
      if (outcome !== 'cached') throw new Error(`a repeated request was ${outcome}`);
      if (turn >= 0) times.push(performance.now() - begun);
    }
    return median(times);
  };
  fillUp(file, FEW);
  const few = await measure();
  fillUp(file, MANY);
  const many = await measure();
  return [
    {
      name: 'exact hit, median',
      value: few,
      unit: 'ms',
      target: 0.3,
      peers: [],
    },
    {
      name: 'the same among 1,000,000 answers',
      value: many / few,
      unit: 'times',
      target: 1.5,
      peers: [{ name: 'in ms', value: many }],
    },
  ];
}

/** Copies stored answers under other keys until there are so many. */
function fillUp(file: string, entries: number): void {
  const database = new Database(file);
  const columns = (database.pragma('table_info(replies)') as { name: string }[]).map(({ name }) => name);
  const sample = database.prepare<[], Record<string, unknown>>('SELECT * FROM replies LIMIT 1').get();
  const have = database.prepare<[], number>('SELECT count(*) FROM replies').pluck().get() ?? 0;
  const insert = database.prepare(
    `INSERT INTO replies (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`,
  );
  database.transaction(() => {
    for (let made = have; made < entries; made++)
      insert.run({ ...sample, key: randomBytes(32).toString('hex') });
  })();
  database.close();
}

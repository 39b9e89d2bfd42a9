/**
 * Who takes part in the benchmark of token counting and what they count. Each pair of subject and task runs in a
 * process of its own, so that nobody pays for another's memory or warm-up and nobody can hold the rest up.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createEncodings } from '../server/tokens/encodings.ts';
import { createTokenDocument } from '../server/tokens/token-document.ts';
import { median, percentile } from './benchmark.ts';

/** Counts the o200k_base tokens of a text. */
type Count = (text: string) => number;

/** By name, what loads a tokenizer with the o200k_base table; ours comes first. */
const SUBJECTS: Readonly<Record<string, () => Promise<Count>>> = {
  farthing: async () => {
    const encoding = await createEncodings().load('o200k_base');
    return encoding.count;
  },
  'gpt-tokenizer': async () => {
    const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
    return (text) => countTokens(text);
  },
  tiktoken: async () => {
    const { get_encoding: getEncoding } = await import('tiktoken');
    const encoding = getEncoding('o200k_base');
    return (text) => encoding.encode(text, [], []).length;
  },
  'js-tiktoken': async () => {
    const [{ Tiktoken }, { default: table }] = await Promise.all([
      import('js-tiktoken/lite'),
      import('js-tiktoken/ranks/o200k_base'),
    ]);
    const encoding = new Tiktoken(table);
    return (text) => encoding.encode(text, [], []).length;
  },
};

export const OURS = 'farthing';
export const PEERS: readonly string[] = Object.keys(SUBJECTS).filter((name) => name !== OURS);

const MEGABYTE = 1 << 20;
const KEYS = 500;
/** A task stops repeating after this many milliseconds; medians of what there is by then. */
const BUDGET_MS = 1000;

/** What a task of one subject gave, by measure, in milliseconds or megabytes. */
export type Figures = Readonly<Record<string, number>>;

/** By name, what is measured once the subject is loaded. */
const TASKS: Readonly<Record<string, (count: Count, subject: string) => Promise<Figures> | Figures>> = {
  code: (count) => medianTime(count, constant(cCode())),
  // A unit more each time: some remember whole pieces, and looking one up is not counting it.
  run: (count) => medianTime(count, (run) => 'a'.repeat(16_000 + run)),
  longRun: (count) => medianTime(count, (run) => 'a'.repeat(MEGABYTE + run)),
  chinese: (count) => medianTime(count, (run) => variedChinese(4000 + run)),
  chineseRun: (count) => medianTime(count, (run) => '中'.repeat(4000 + run)),
  prompts: (count) => promptTimes(count),
  keys: (count, subject) => (subject === OURS ? keysInDocument() : keysAfresh(count)),
};

/**
 * Runs one task, or only loads for the task "load"; for a fresh process with --expose-gc.
 *
 * @throws Error for a subject or a task that there is not.
 */
export async function measureAlone(subject: string, task: string): Promise<Figures> {
  const before = residentMegabytes();
  const started = performance.now();
  const count = await SUBJECTS[subject]?.();
  const loadTime = performance.now() - started;
  if (count === undefined) throw new Error(`There is no subject ${subject}.`);
  if (task === 'load') return { time: loadTime, memory: residentMegabytes() - before };
  const figures = await TASKS[task]?.(count, subject);
  if (figures === undefined) throw new Error(`There is no task ${task}.`);
  return figures;
}

/** Whether the public collection of prompts is at hand. */
export function hasPrompts(): boolean {
  return existsSync(PROMPTS);
}

const PROMPTS = new URL('../../shared/data/awesome-chatgpt-prompts.csv.gz', import.meta.url);
const SQLITE = new URL('../node_modules/better-sqlite3/deps/sqlite3/sqlite3.c', import.meta.url);

function residentMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
}

/** Runs `work` up to `most` times within the budget, at least once, and gives each run's milliseconds. */
function times(work: (run: number) => void, most: number): number[] {
  const results: number[] = [];
  const end = performance.now() + BUDGET_MS;
  do {
    const started = performance.now();
    work(results.length);
    results.push(performance.now() - started);
  } while (results.length < most && performance.now() < end);
  return results;
}

function medianTime(count: Count, textOf: (run: number) => string): Figures {
  return { time: median(times((run) => count(textOf(run)), 25)) };
}

function constant(text: string): () => string {
  return () => text;
}

function promptTimes(count: Count): Figures {
  const prompts = gunzipSync(readFileSync(PROMPTS))
    .toString('utf8')
    .split(/"\r?\n/);
  return { time: median(times((run) => count(prompts[run % prompts.length] ?? ''), 20 * prompts.length)) };
}

/** One key pressed at a random place of the document, the whole counted anew. */
function keysAfresh(count: Count): Figures {
  let text = cCode();
  const random = createRandom();
  return keyFigures(
    times(() => {
      const at = Math.floor(random() * text.length);
      text = `${text.slice(0, at)}x${text.slice(at)}`;
      count(text);
    }, KEYS),
  );
}

/** One key pressed at a random place of the document, whose count is kept: told of the edit, and of the text alone. */
async function keysInDocument(): Promise<Figures> {
  const encodings = createEncodings();
  const document = createTokenDocument(await encodings.load('o200k_base'), encodings.seams, cCode());
  const random = createRandom();
  const edits = times(() => {
    const at = Math.floor(random() * document.length);
    document.edit(at, at, 'x');
  }, KEYS);
  let text = document.text();
  const updates = times(() => {
    const at = Math.floor(random() * text.length);
    text = `${text.slice(0, at)}x${text.slice(at)}`;
    document.update(text);
  }, KEYS);
  return { ...keyFigures(edits), updateTime: median(updates), updateWorst: percentile(updates, 99) };
}

function keyFigures(milliseconds: readonly number[]): Figures {
  return { time: median(milliseconds), worst: percentile(milliseconds, 99) };
}

/** A megabyte of C: SQLite's source, as better-sqlite3 brings it, or lines that look like it. */
function cCode(): string {
  if (existsSync(SQLITE)) return readFileSync(SQLITE, 'latin1').slice(0, MEGABYTE);
  const random = createRandom();
  let text = '';
  while (text.length < MEGABYTE) {
    const name = `value${Math.floor(random() * 5000)}`;
    text += `  if( p->${name}!=0x${Math.floor(random() * 65536).toString(16)} ){ rc = step_${name}(db, &p->n); } /* next */\n`;
  }
  return text.slice(0, MEGABYTE);
}

function variedChinese(length: number): string {
  const random = createRandom();
  return Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.floor(random() * 20_000))).join('');
}

/** The same numbers in [0, 1) in every run: a linear congruential generator (Numerical Recipes). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

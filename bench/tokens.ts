/** Token counting: time, memory and the cost of a key press, beside the tokenizers that others use. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Benchmark, Measure } from './benchmark.ts';
import { type Figures, hasPrompts, OURS, PEERS } from './token-subjects.ts';

/** A line of the table: which figure of which task it shows. */
interface Line {
  readonly name: string;
  readonly task: string;
  readonly figure: string;
  readonly unit: string;
  readonly target: number | null;
}

const LINES: readonly Line[] = [
  { name: 'load o200k_base', task: 'load', figure: 'time', unit: 'ms', target: 150 },
  { name: 'memory of o200k_base', task: 'load', figure: 'memory', unit: 'MB', target: 30 },
  { name: '1 MB of C', task: 'code', figure: 'time', unit: 'ms', target: 56 },
  { name: '16,000 times "a"', task: 'run', figure: 'time', unit: 'ms', target: 10 },
  { name: '1 MB of "a"', task: 'longRun', figure: 'time', unit: 'ms', target: 1000 },
  { name: '4,000 Chinese characters, varied', task: 'chinese', figure: 'time', unit: 'ms', target: 10 },
  { name: '4,000 Chinese characters, the same', task: 'chineseRun', figure: 'time', unit: 'ms', target: 10 },
  { name: 'key in 1 MB of C, median', task: 'keys', figure: 'time', unit: 'ms', target: 1 },
  { name: 'key in 1 MB of C, 99th percentile', task: 'keys', figure: 'worst', unit: 'ms', target: 5 },
  { name: 'key found by comparing, median', task: 'keys', figure: 'updateTime', unit: 'ms', target: null },
  {
    name: 'key found by comparing, 99th percentile',
    task: 'keys',
    figure: 'updateWorst',
    unit: 'ms',
    target: null,
  },
  ...(hasPrompts()
    ? [{ name: 'prompt of a public collection', task: 'prompts', figure: 'time', unit: 'ms', target: null }]
    : []),
];

/** A peer's task that takes longer is not waited for, and shows no figure. It covers loading and one run. */
const PATIENCE_MS = 5000;

export const benchmark: Benchmark = {
  name: 'tokens',
  what: 'Counting tokens beside gpt-tokenizer, tiktoken and js-tiktoken, each in a fresh process.',
  async run() {
    const figures = new Map<string, Figures | null>();
    for (const task of new Set(LINES.map((line) => line.task))) {
      for (const subject of [OURS, ...PEERS]) {
        figures.set(`${subject} ${task}`, await measure(subject, task));
      }
    }
    const figureOf = (subject: string, line: Line): number | null =>
      figures.get(`${subject} ${line.task}`)?.[line.figure] ?? null;
    return LINES.map(
      (line): Measure => ({
        name: line.name,
        value: figureOf(OURS, line) ?? Number.NaN,
        unit: line.unit,
        target: line.target,
        peers: PEERS.map((name) => ({ name, value: figureOf(name, line) })),
      }),
    );
  },
};

/** The figures of a task in a process of its own; null where a peer fails or takes too long. */
async function measure(subject: string, task: string): Promise<Figures | null> {
  const subjects = new URL('./token-subjects.ts', import.meta.url).href;
  const script = `
    const { measureAlone } = await import(${JSON.stringify(subjects)});
    console.log(JSON.stringify(await measureAlone(${JSON.stringify(subject)}, ${JSON.stringify(task)})));`;
  const flags = ['--expose-gc', '--input-type=module', '--eval', script];
  const timeout = subject === OURS ? 0 : PATIENCE_MS;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout });
    const figures: Figures = JSON.parse(stdout);
    return figures;
  } catch (error) {
    if (subject === OURS) throw error;
    return null;
  }
}

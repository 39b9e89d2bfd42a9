/** The suites of the project: how each is run and how its tests are counted. */
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, run } from './run.ts';

/** What became of a suite. */
export interface SuiteResult {
  readonly passed: number;
  /** At least 1 when the suite did not run to its end. */
  readonly failed: number;
  readonly output: string;
}

/** A suite under its name. */
export interface Suite {
  readonly name: string;
  /** Never rejects. `show` gets the output as it comes. */
  readonly run: (show: (piece: string) => void) => Promise<SuiteResult>;
}

const bin = (name: string) => path.join(ROOT, 'node_modules/.bin', name);

/** A program that passes or fails as a whole, and counts as one test. */
const program = (name: string, command: string, ...parameters: string[]): Suite => ({
  name,
  run: async (show) => {
    const { code, output } = await run(command, parameters, { onOutput: show });
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
  },
});

export const TYPES: readonly Suite[] = [
  program('types', bin('tsc'), '-p', 'tsconfig.json'),
  program('types of the panel', bin('tsc'), '-p', 'webview/tsconfig.json'),
];

export const LINT = program(
  'lint and format',
  bin('biome'),
  'ci',
  '--error-on-warnings',
  '--colors=off',
  '.',
);

export const BUILD = program('build', process.execPath, 'scripts/build.ts');

export const PACKAGE = program('package', process.execPath, 'scripts/package.ts');

/** All tests that need no VS Code. */
export const UNIT: Suite = {
  name: 'unit',
  run: (show) =>
    nodeTests(
      ['test/**/*.test.ts'],
      ['test/{extension,end-to-end,host}/**'],
      ['--test-concurrency=2', '--test-timeout=120000'],
      show,
    ),
};

/** The tests that a browser does in a real VS Code: one file at a time, each has a whole VS Code to itself. */
export const END_TO_END: Suite = {
  name: 'end to end',
  run: (show) => nodeTests(['test/end-to-end/**/*.test.ts'], [], ['--test-concurrency=1'], show),
};

/** The tests inside VS Code; mocha's counts come in a line of the output. */
export const EXTENSION: Suite = {
  name: 'extension',
  run: async (show) => {
    const { code, output } = await run(process.execPath, ['test/extension/run.ts'], { onOutput: show });
    const counts = /^.*extension: (\d+) passed, (\d+) failed/m.exec(output);
    const passed = Number(counts?.[1] ?? 0);
    const failed = Number(counts?.[2] ?? 0);
    return { passed, failed: code === 0 && counts !== null ? failed : Math.max(failed, 1), output };
  },
};

/** Runs node's test runner on files; counts come through count-reporter.ts. No files are a failure. */
async function nodeTests(
  patterns: readonly string[],
  exclude: readonly string[],
  options: readonly string[],
  show: (piece: string) => void,
): Promise<SuiteResult> {
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: ROOT, exclude })) files.push(file);
  files.sort();
  if (files.length === 0)
    return { passed: 0, failed: 1, output: `No file matches ${patterns.join(', ')}.\n` };
  const folder = await mkdtemp(path.join(tmpdir(), 'farthing-counts-'));
  try {
    const countFile = path.join(folder, 'counts.json');
    const reporters = [
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./scripts/count-reporter.ts', `--test-reporter-destination=${countFile}`],
    ];
    const { code, output } = await run(process.execPath, ['--test', ...reporters, ...options, ...files], {
      onOutput: show,
    });
    const text = await readFile(countFile, 'utf8').catch(() => '');
    const counts: { passed: number; failed: number } =
      text === '' ? { passed: 0, failed: 0 } : JSON.parse(text);
    return {
      ...counts,
      failed: code === 0 && text !== '' ? counts.failed : Math.max(counts.failed, 1),
      output,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * `npm test`: every suite there is, in order, on after a failure. Ends with one line "N passed, N failed" over all of
 * them; the exit code is 1 when anything failed or a suite could not be run.
 */
import { reason, seconds } from './run.ts';
import {
  BUILD,
  END_TO_END,
  EXTENSION,
  LINT,
  PACKAGE,
  type Suite,
  type SuiteResult,
  TYPES,
  UNIT,
} from './suites.ts';

/** The quick ones first; the extension's need the build, the last ones the package. */
const SUITES: readonly Suite[] = [...TYPES, LINT, UNIT, BUILD, EXTENSION, PACKAGE, END_TO_END];

interface Line extends SuiteResult {
  readonly name: string;
  readonly took: string;
}

async function test(suites: readonly Suite[]): Promise<boolean> {
  const lines: Line[] = [];
  for (const suite of suites) {
    console.log(`\n▶ ${suite.name}`);
    const started = performance.now();
    const result = await suite.run((piece) => process.stdout.write(piece)).catch(crashed);
    lines.push({ ...result, name: suite.name, took: seconds(performance.now() - started) });
  }
  const passed = sum(lines.map((line) => line.passed));
  const failed = sum(lines.map((line) => line.failed));
  console.log(`\n${table(lines)}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

function crashed(error: unknown): SuiteResult {
  const output = `The suite could not be run: ${reason(error)}\n`;
  process.stdout.write(output);
  return { passed: 0, failed: 1, output };
}

function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => [line.name, String(line.passed), String(line.failed), line.took]);
  return [['suite', 'passed', 'failed', 'time'], ...rows]
    .map(([name = '', ...cells]) => name.padEnd(22) + cells.map((cell) => cell.padStart(10)).join(''))
    .join('\n');
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

if (import.meta.main) process.exitCode = (await test(SUITES)) ? 0 : 1;

/** npm run bench [-- NAME...]: runs the benchmarks and prints what they measured as tables. */
import os from 'node:os';
import type { Benchmark, Measure } from './benchmark.ts';

/** Every benchmark, in the order they run. Imported when it is run. */
const BENCHMARKS: readonly { readonly name: string; readonly load: () => Promise<Benchmark> }[] = [
  { name: 'tokens', load: async () => (await import('./tokens.ts')).benchmark },
  { name: 'pipeline', load: async () => (await import('./pipeline.ts')).benchmark },
  { name: 'daemon', load: async () => (await import('./daemon.ts')).benchmark },
  { name: 'crash', load: async () => (await import('./crash.ts')).benchmark },
  { name: 'routing', load: async () => (await import('./routing.ts')).benchmark },
  { name: 'gates', load: async () => (await import('./gates.ts')).benchmark },
  { name: 'fitting', load: async () => (await import('./fitting.ts')).benchmark },
  { name: 'compress', load: async () => (await import('./compress.ts')).benchmark },
  { name: 'authoring', load: async () => (await import('./authoring.ts')).benchmark },
  { name: 'extension', load: async () => (await import('./extension.ts')).benchmark },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown[0]}". There are: ${BENCHMARKS.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

console.log(
  `Node ${process.versions.node}, ${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown processor'}.`,
);
console.log('Machines are noisy: compare ratios within one run, not figures of two runs.');
for (const { name, load } of BENCHMARKS) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const benchmark = await load();
  console.log(`\n${benchmark.name}: ${benchmark.what}`);
  try {
    print(await benchmark.run());
  } catch (thrown) {
    if (!isMissingData(thrown)) throw thrown;
    console.error(
      '  The public data is not in ../shared/data, and this benchmark is made of it. Put it there.',
    );
    process.exitCode = 2;
  }
}

function isMissingData(thrown: unknown): boolean {
  const { code, path = '' } = thrown as NodeJS.ErrnoException;
  return code === 'ENOENT' && path.split(/[\\/]/).slice(-3, -1).join('/') === 'shared/data';
}

/** Prints one table: what was measured, ours, the target and whether it is met, and the peers. */
function print(measures: readonly Measure[]): void {
  const rows = measures.map((measure) => [
    measure.name,
    figure(measure.value, measure.unit),
    measure.target === null ? '' : figure(measure.target, measure.unit),
    measure.target === null ? '' : meets(measure, measure.target) ? 'met' : 'MISSED',
    measure.peers
      .map((peer) => `${peer.name} ${peer.value === null ? '-' : figure(peer.value, measure.unit)}`)
      .join(', '),
  ]);
  const table = [['measure', 'Farthing', 'target', '', 'in the same run'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }
}

function meets({ value, higherIsBetter = false }: Measure, target: number): boolean {
  return higherIsBetter ? value >= target : value <= target;
}

function figure(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}

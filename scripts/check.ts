/** `npm run check`: types, lint and unit tests at once, in under a minute. Prints only what fails. */
import { cpus } from 'node:os';
import { seconds } from './run.ts';
import { LINT, type Suite, TYPES, UNIT } from './suites.ts';

const SUITES: readonly Suite[] = [LINT, ...TYPES, UNIT];

async function check(suites: readonly Suite[]): Promise<boolean> {
  const started = performance.now();
  const waiting = [...suites];
  const failed: string[] = [];
  const worker = async () => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const begun = performance.now();
      const result = await suite.run(() => undefined);
      const took = seconds(performance.now() - begun);
      if (result.failed === 0) {
        console.log(
          `✔ ${suite.name}: ${result.passed === 1 ? 'passed' : `${result.passed} passed`} (${took})`,
        );
        continue;
      }
      failed.push(suite.name);
      console.log(`✖ ${suite.name} (${took})\n${failuresOf(result.output)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, worker));
  const took = seconds(performance.now() - started);
  console.log(
    failed.length === 0 ? `All checks passed in ${took}.` : `Failed: ${failed.join(', ')} (${took}).`,
  );
  return failed.length === 0;
}

/** The part of a test run that says what failed; all of any other output. */
function failuresOf(output: string): string {
  const start = output.indexOf('failing tests:');
  return (start === -1 ? output : output.slice(start)).trimEnd();
}

if (import.meta.main) process.exitCode = (await check(SUITES)) ? 0 : 1;

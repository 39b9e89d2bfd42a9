/** What VS Code calls to run the suites inside its extension host: mocha with a reporter that prints lines. */
import Mocha from 'mocha';
import { createScene } from './scene.ts';
import { SUITES } from './suites.ts';

const TEST_LIMIT_MILLISECONDS = 30_000;

/** Runs every suite. Rejects when a test failed or none ran. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: TEST_LIMIT_MILLISECONDS, reporter: LineReporter });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  await using scene = await createScene();
  for (const declare of SUITES) declare(scene);
  const { promise, resolve } = Promise.withResolvers<number>();
  const runner = mocha.run(resolve);
  const failures = await promise;
  const passed = runner.stats?.passes ?? 0;
  console.log(`extension: ${passed} passed, ${failures} failed`);
  if (failures > 0) throw new Error(`${failures} extension tests failed`);
  if (passed === 0) throw new Error('No extension test ran');
}

/** One line a test, through console.log, because that is all that leaves the extension host. */
class LineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => console.log(`✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`));
    runner.on('pending', (test) => console.log(`– ${test.fullTitle()} (skipped)`));
    runner.on('fail', (test, error: Error) =>
      console.log(`✖ ${test.fullTitle()}\n${error.stack ?? error.message}`),
    );
  }
}

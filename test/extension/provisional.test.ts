/** Answers that are shown before they are checked. */
import assert from 'node:assert/strict';
import { suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { type Scene, USAGE } from './scene.ts';

const HEAD = '---\nmodel: auto\nfarthing: { preference: frugal }\n---\n';
const [CHEAP, BETTER] = ['fresh-middle', 'fresh-frontier'] as const;
const REFUSAL = ["I'm sorry, ", "but I can't help with that."];

export function provisional(scene: Scene): void {
  suite('Provisional answers', () => {
    const before = new Map<string, unknown>();
    // Two models of which nothing was learnt yet, and no others.
    suiteSetup(async () => {
      const configuration = vscode.workspace.getConfiguration('farthing');
      for (const key of ['providers', 'prices']) before.set(key, configuration.inspect(key)?.globalValue);
      const { baseUrl } = scene.simulator;
      await scene.set('prices', { [CHEAP]: { input: 1, output: 10 }, [BETTER]: { input: 10, output: 100 } });
      await scene.set('routing.tiers', { [CHEAP]: 'middle', [BETTER]: 'frontier' });
      await scene.set('providers', [{ name: 'Sim', baseUrl, models: [CHEAP, BETTER], needsKey: false }]);
    });
    suiteTeardown(async () => {
      await scene.set('routing.tiers', undefined);
      for (const [key, value] of before) await scene.set(key, value);
    });
    teardown(scene.endTest);

    test('an answer streams, is taken back where it does not pass, and says who is asked now', async () => {
      const prompt = await scene.openPrompt(`${HEAD}Name a fourth colour.\n`);
      const [refused, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      scene.simulator.script(
        { chunks: REFUSAL, gates: { 2: refused.promise }, usage: USAGE },
        { chunks: ['Teal.'], gates: { 1: answered.promise }, usage: USAGE },
      );
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /^I'm sorry,\n\nRunning… \(fresh-middle, checked when complete\)\n/);
      refused.resolve();
      const text = await scene.answerLike(prompt, /^Running… \(fresh-frontier/);
      assert.match(
        text,
        /\n\nSim\/fresh-middle: .*does not pass \(refusal\)\. Sim\/fresh-frontier is asked\.\n/,
      );
      answered.resolve();
      await running;
      await scene.answerLike(prompt, /^Teal\.\n\n---\n/);
    });
  });
}

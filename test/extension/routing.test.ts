/** Prompts that leave the model to Farthing, and answers that want a better one. */
import assert from 'node:assert/strict';
import { suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { MODELS, type Scene, USAGE } from './scene.ts';

const [SMALL, FRONTIER] = MODELS;
const HEAD = '---\nmodel: auto\nfarthing: { preference: frugal }\n---\n';

export function routing(scene: Scene): void {
  suite('Routing', () => {
    const prices = vscode.workspace.getConfiguration('farthing').inspect('prices')?.globalValue;
    suiteSetup(async () => {
      await scene.set('routing.tiers', {
        [SMALL]: 'small',
        [FRONTIER]: 'frontier',
        'absent-model': 'frontier',
      });
      await scene.set('prices', {
        [SMALL]: { input: 1, output: 10 },
        [FRONTIER]: { input: 10, output: 100 },
        'absent-model': { input: 10, output: 100 },
      });
    });
    suiteTeardown(async () => {
      await scene.set('routing.tiers', undefined);
      await scene.set('prices', prices);
    });
    teardown(scene.endTest);

    const askedModels = () => scene.simulator.requests.map(({ body }) => (body as { model: string }).model);

    test('a prompt that names no model is answered by the cheapest that will do, and says why', async () => {
      const prompt = await scene.openPrompt(`${HEAD}Name a colour.\n`);
      await scene.lensLike(prompt, new RegExp(SMALL));
      scene.simulator.script({ text: 'Blue.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(
        prompt,
        new RegExp(`^Blue\\.[\\s\\S]*${SMALL} ·[\\s\\S]*Sim/${SMALL} \\(small\\) is asked`),
      );
    });

    test('an answer that does not pass is asked for again of a better model, and both are charged', async () => {
      const prompt = await scene.openPrompt(`${HEAD}Name another colour.\n`);
      scene.simulator.script(
        { text: "I'm sorry, but I can't help with that.", usage: USAGE },
        { text: 'Green.', usage: USAGE },
      );
      await scene.run(prompt);
      await scene.answerLike(
        prompt,
        new RegExp(`^Green\\.[\\s\\S]*${FRONTIER} · 2,000 in[\\s\\S]*\\$0\\.022 `),
      );
      assert.deepEqual(askedModels().slice(-2), [SMALL, FRONTIER]);
    });

    test('Ask a Better Model asks the next tier, from the answer or its prompt', async () => {
      const prompt = await scene.openPrompt(`---\nmodel: ${SMALL}\n---\nName a third colour.\n`);
      scene.simulator.script({ text: 'Grey.', usage: USAGE }, { text: 'Vermilion.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Grey\./);
      await vscode.commands.executeCommand('farthing.askBetterModel', prompt.uri);
      await scene.answerLike(prompt, /^Vermilion\./);
      assert.deepEqual(askedModels().slice(-2), [SMALL, FRONTIER]);
    });
  });
}

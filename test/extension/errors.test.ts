/** What goes wrong is said in the answer's document, in the catalogue's words, with a button where one helps. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import { ERRORS } from '../../protocol/errors.ts';
import { recordErrors } from './dialogs.ts';
import type { Scene } from './scene.ts';

export function errors(scene: Scene): void {
  suite('Errors', () => {
    teardown(scene.endTest);

    test('a key that the provider refuses', async () => {
      using messages = recordErrors();
      const prompt = await scene.openPrompt('Say hello to a locked door.\n');
      scene.simulator.script({ status: 401 });
      await scene.run(prompt);
      const sentence = ERRORS.keyRefused({ provider: 'Sim' });
      const text = await scene.answerLike(prompt, /· failed ·/);
      assert.ok(text.startsWith(`${sentence}\n\ngpt-5-mini · `), text);
      assert.deepEqual(messages.shown, [{ message: sentence, buttons: ['Set API Key'] }]);
    });

    test('a provider that cannot be reached', async () => {
      using messages = recordErrors();
      const prompt = await scene.openPrompt('---\nmodel: absent-model\n---\nIs anybody there?\n');
      await scene.run(prompt);
      const sentence = ERRORS.network({ provider: 'Nobody', host: '127.0.0.1:1' });
      const text = await scene.answerLike(prompt, /· failed ·/);
      assert.ok(text.startsWith(`${sentence}\n\nabsent-model · `), text);
      assert.deepEqual(messages.shown, [{ message: sentence, buttons: ['Open Settings'] }]);
    });

    test('an answer that breaks off keeps what came', async () => {
      using messages = recordErrors();
      const prompt = await scene.openPrompt('Tell me a story.\n');
      scene.simulator.script({ chunks: ['Once upon', ' a time'], cutAfter: 1 });
      await scene.run(prompt);
      const text = await scene.answerLike(prompt, /· failed ·/);
      assert.ok(text.startsWith(`Once upon\n\n---\n\n${ERRORS.cutStream({ provider: 'Sim' })}\n\n`), text);
      assert.deepEqual(messages.shown, []);
    });

    test('an empty prompt', async () => {
      using messages = recordErrors();
      const prompt = await scene.openPrompt('---\ndescription: nothing\n---\n\n');
      await scene.run(prompt);
      await scene.answerLike(prompt, new RegExp(`^${ERRORS.emptyPrompt({})}\n$`));
      assert.deepEqual(messages.shown, []);
    });

    test('after an error the next run of the same prompt is a new one', async () => {
      const prompt = await scene.openPrompt('Fail once.\n');
      scene.simulator.script({ status: 500 }, { text: 'Well again.' });
      await scene.run(prompt);
      await scene.answerLike(prompt, /Sim has a fault of its own \(500\)/);
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Well again\.\n\n---\n\ngpt-5-mini · [^f]*$/);
    });
  });
}

/** What goes wrong is said in the answer's document, in the catalogue's words, with a button where one helps. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { ERRORS } from '../../protocol/errors.ts';
import { messagesOf } from '../simulator/script.ts';
import { recordErrors } from './dialogs.ts';
import { isAnswerTo, type Scene, USAGE } from './scene.ts';

/** The document that shows the answer to a prompt. */
function answerTo(prompt: vscode.TextDocument): vscode.TextDocument {
  const answer = vscode.workspace.textDocuments.find(({ uri }) => isAnswerTo(prompt, uri));
  assert.ok(answer !== undefined);
  return answer;
}

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
      assert.deepEqual(messages.shown, [
        { message: sentence, buttons: ['Test Connection', 'Open Settings'] },
      ]);
    });

    test('an answer that breaks off keeps what came', async () => {
      using messages = recordErrors();
      const prompt = await scene.openPrompt('Tell me a story.\n');
      scene.simulator.script({ chunks: ['Once upon', ' a time'], cutAfter: 1 });
      await scene.run(prompt);
      const text = await scene.answerLike(prompt, /· failed ·/);
      const sentence = ERRORS.cutStream({ provider: 'Sim' });
      assert.ok(text.startsWith(`Once upon\n\n---\n\n${sentence}\n\n`), text);
      assert.deepEqual(messages.shown, [{ message: sentence, buttons: ['Continue'] }]);
      const { uri } = answerTo(prompt);
      const [lens] = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
      );
      assert.equal(lens?.range.start.line, 2, 'it stands under the text');
      assert.deepEqual(
        [lens?.command?.title, lens?.command?.command, lens?.command?.arguments],
        ['$(debug-continue) Continue', 'farthing.continueAnswer', [uri.toString()]],
      );
    });

    test('a run that fails leaves the answer from before, under what went wrong', async () => {
      using _ = recordErrors();
      const prompt = await scene.openPrompt('Say something worth keeping.\n');
      scene.simulator.script({ text: 'Worth keeping.', usage: USAGE }, { status: 503 });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Worth keeping\.\n\n---/);
      await vscode.commands.executeCommand('farthing.runPromptFresh', prompt.uri);
      const text = await scene.answerLike(prompt, /^> \*\*This run gave no answer\.\*\*/);
      assert.match(text, /\n> The answer below is from before\.\n\nWorth keeping\.\n\n---\n\ngpt-5-mini/);
      const [lens] = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        answerTo(prompt).uri,
      );
      assert.equal(lens, undefined, 'a whole answer has no rest');
    });

    test('the rest of an answer that broke off is asked for with its beginning, and each part shows its cost', async () => {
      using _ = recordErrors();
      const prompt = await scene.openPrompt('Tell me another story.\n');
      scene.simulator.script({ chunks: ['Once upon', ' a time'], cutAfter: 1 });
      await scene.run(prompt);
      await scene.answerLike(prompt, /· failed ·/);
      // The rest is of the prompt as it was.
      const edit = new vscode.WorkspaceEdit();
      edit.insert(prompt.uri, new vscode.Position(0, 0), 'Do not ');
      await vscode.workspace.applyEdit(edit);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: ' a time, the end.', usage: USAGE });
      const { uri } = answerTo(prompt);
      await vscode.commands.executeCommand('farthing.continueAnswer', uri);
      const text = await scene.answerLike(prompt, /Together/);
      assert.match(
        text,
        /^Once upon a time, the end\.\n\n---\n\ngpt-5-mini · .*\n\$.* · failed · .*\n\ngpt-5-mini · /,
      );
      assert.match(text, /\$0\.002 · [\d.]+ m?s\n\nTogether: 2 calls, \$0\.002\d*\n/);
      const [first, second] = messagesOf((await scene.simulator.request(asked)).body);
      assert.equal(first?.trim(), 'Tell me another story.');
      assert.equal(second, 'Once upon');

      await vscode.commands.executeCommand('farthing.continueAnswer', uri);
      assert.equal(scene.simulator.requests.length, asked + 1, 'a whole answer is not continued');
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
      await scene.answerLike(prompt, /^Well again\.\n\n---\n\ngpt-5-mini · (?!.*failed)/);
    });
  });
}

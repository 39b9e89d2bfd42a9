/** Runs and their answers: streamed, from the cache, cancelled, copied, explained. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { messagesOf } from '../simulator/script.ts';
import { isAnswerTo, type Scene, USAGE } from './scene.ts';
import { until } from './until.ts';

const RECEIPT = String.raw`gpt-5-mini · 1,000 in \(0 cached\) · 100 out\n\$0\.002 · [\d.]+ m?s\n\n## How this answer was made\n`;

export function runs(scene: Scene): void {
  suite('Runs', () => {
    teardown(scene.endTest);

    test('an answer streams into a document beside the prompt and ends with its receipt', async () => {
      const prompt = await scene.openPrompt('Say hello, piece by piece.\n');
      const rest = Promise.withResolvers<void>();
      scene.simulator.script({ chunks: ['Hello', ' world.'], gates: { 2: rest.promise }, usage: USAGE });
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /^Hello\n\nRunning… \(gpt-5-mini\)\n\n## How/);
      assert.equal(vscode.window.activeTextEditor?.document, prompt, 'the answer took the focus');
      rest.resolve();
      await running;
      await scene.answerLike(prompt, new RegExp(`^Hello world\\.\n\n---\n\n${RECEIPT}`));
      const shown = vscode.window.visibleTextEditors.map((editor) => editor.document.uri);
      assert.ok(
        shown.some(({ scheme, path }) => scheme === 'farthing-answer' && /prompt-\d+ answer/.test(path)),
      );
    });

    test('the same prompt again comes from the cache, for nothing', async () => {
      const prompt = await scene.openPrompt('Say hello a second time.\n');
      scene.simulator.script({ text: 'Hello again.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, new RegExp(RECEIPT));
      await scene.lensLike(prompt, /cached, \$0/);
      await scene.run(prompt);
      const cached =
        /^Hello again\.\n\n---\n\ngpt-5-mini · cached, \$0, saved \$0\.002 · [\d.]+ m?s\n\n## How/;
      await scene.answerLike(prompt, cached);
    });

    test('"without the cache" asks the provider again and replaces the answer', async () => {
      const prompt = await scene.openPrompt('Say something new each time.\n');
      scene.simulator.script({ text: 'One.', usage: USAGE }, { text: 'Two.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^One\./);
      await vscode.commands.executeCommand('farthing.runPromptFresh', prompt.uri);
      await scene.answerLike(prompt, new RegExp(`^Two\\.\n\n---\n\n${RECEIPT}`));
    });

    test('a cancelled run stops the provider and says what it used', async () => {
      const prompt = await scene.openPrompt('Count until I stop you.\n');
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ chunks: ['one two three', ' four'], hangAfter: 1 });
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /one two three/);
      await vscode.commands.executeCommand('farthing.cancelRun');
      await running;
      await scene.answerLike(
        prompt,
        /^one two three\n\n---\n\nCancelled\. What was generated until then is recorded\.\n\ngpt-5-mini · [\d,]+ in \(0 cached\) · [1-9]\d* out \(counted by Farthing\)\n\$0\.\d+ · cancelled · /,
      );
      assert.equal(await (await scene.simulator.request(asked)).closedEarly, true);
    });

    test('a prompt that runs already is not sent a second time', async () => {
      const prompt = await scene.openPrompt('Take your time.\n');
      const rest = Promise.withResolvers<void>();
      scene.simulator.script({ text: 'Done.', gates: { 1: rest.promise }, usage: USAGE });
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /Running…/);
      await scene.run(prompt);
      rest.resolve();
      await running;
      await scene.answerLike(prompt, /^Done\./);
    });

    test('what the editor shows is what is sent, saved or not, and unknown front matter is left alone', async () => {
      const head = '---\nagent: ask\ntools: [search]\nteam:\n  owner: "somebody"   # kept\n---\n';
      const prompt = await scene.openPrompt(`${head}Name a colour.\n`);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(prompt.uri, new vscode.Position(prompt.lineCount - 1, 0), 'Not blue.\n');
      await vscode.workspace.applyEdit(edit);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: 'Red.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Red\./);
      const { body } = await scene.simulator.request(asked);
      assert.deepEqual(
        messagesOf(body).map((message) => message.trim()),
        ['Name a colour.\nNot blue.'],
      );
      assert.equal(prompt.getText(), `${head}Name a colour.\nNot blue.\n`);
    });

    test('Copy Answer takes the answer alone, without the receipt', async () => {
      const prompt = await scene.openPrompt('Say something to copy.\n');
      scene.simulator.script({ text: 'Copy me.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, new RegExp(RECEIPT));
      const answer = vscode.workspace.textDocuments.find(({ uri }) => isAnswerTo(prompt, uri));
      await vscode.commands.executeCommand('farthing.copyAnswer', answer?.uri);
      assert.equal(await vscode.env.clipboard.readText(), 'Copy me.');
    });

    test('Explain Selection sends the selected code and shows the explanation', async () => {
      const code = 'const double = (value: number) => value * 2;';
      const document = await vscode.workspace.openTextDocument({
        language: 'typescript',
        content: `// first\n${code}\n`,
      });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(1, 0, 1, code.length);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: 'It doubles a number.', usage: USAGE });
      await vscode.commands.executeCommand('farthing.explainSelection');
      await scene.answerLike(document, new RegExp(`^It doubles a number\\.\n\n---\n\n${RECEIPT}`));
      const sent = messagesOf((await scene.simulator.request(asked)).body).join('\n');
      assert.ok(sent.includes(`\n${code}\n`));
      assert.match(sent, /<context name="[^"]*, before the selection">\n\/\/ first\n<\/context>/);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

    test('a tab of an answer that is not kept says how to get it back', async () => {
      const uri = vscode.Uri.from({
        scheme: 'farthing-answer',
        path: '/old answer.md',
        query: 'file:///old.prompt.md',
      });
      const document = await vscode.workspace.openTextDocument(uri);
      assert.match(document.getText(), /^This answer is not kept\. Run its prompt again/);
    });

    test('an answer that is closed while it comes is whole when it is opened again', async () => {
      const prompt = await scene.openPrompt('Say something long.\n');
      const rest = Promise.withResolvers<void>();
      scene.simulator.script({ chunks: ['First', ' and last.'], gates: { 2: rest.promise }, usage: USAGE });
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /^First/);
      const tab = await until('the tab of the answer', () =>
        vscode.window.tabGroups.all
          .flatMap((group) => group.tabs)
          .find(({ input }) => input instanceof vscode.TabInputText && isAnswerTo(prompt, input.uri)),
      );
      await vscode.window.tabGroups.close(tab);
      rest.resolve();
      await running;
      await vscode.window.showTextDocument((tab.input as vscode.TabInputText).uri);
      await scene.answerLike(prompt, /^First and last\.\n\n---/);
    });
  });
}

/** The cache in a person's hands: bypassed, refreshed, forgotten, looked into and emptied; and calls looked into. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { answerModal, pick, recordErrors, recordMessages } from './dialogs.ts';
import { isAnswerTo, type Scene, USAGE } from './scene.ts';
import { until } from './until.ts';

/** The document that shows the answer to a prompt. */
const answerTo = (prompt: vscode.TextDocument) =>
  until('the answer', () => vscode.workspace.textDocuments.find(({ uri }) => isAnswerTo(prompt, uri)));

export function cache(scene: Scene): void {
  suite('Cache', () => {
    teardown(scene.endTest);

    test('"bypass once" asks anew and leaves the kept answer where it is', async () => {
      const prompt = await scene.openPrompt('Say what the cache must not know.\n');
      scene.simulator.script({ text: 'Kept.', usage: USAGE }, { text: 'Once.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Kept\./);
      await vscode.commands.executeCommand('farthing.runPromptBypass', prompt.uri);
      await scene.answerLike(prompt, /^Once\.[\s\S]*Cache left out: /);
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Kept\.[\s\S]*cached, \$0/);
    });

    test('"from the cache only" gives what is kept, and where nothing is, sends nothing and offers to run', async () => {
      const prompt = await scene.openPrompt('Say what is kept.\n');
      const cached = () => vscode.commands.executeCommand('farthing.runPromptCached', prompt.uri);
      {
        using errors = recordErrors();
        await cached();
        await scene.answerLike(prompt, /^The cache has no answer to this request/);
        assert.deepEqual(errors.shown[0]?.buttons, ['Run Prompt']);
      }
      scene.simulator.script({ text: 'Kept.', usage: USAGE });
      await scene.run(prompt);
      await cached();
      await scene.answerLike(prompt, /^Kept\.[\s\S]*cached, \$0/);
    });

    test('what the front matter says of the cache holds for Run', async () => {
      const prompt = await scene.openPrompt('---\nfarthing:\n  cache: bypass\n---\nSay it anew each time.\n');
      scene.simulator.script({ text: 'One.', usage: USAGE }, { text: 'Two.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^One\./);
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Two\./);
    });

    test('an answer that was wrong is forgotten, also where it came from the cache itself', async () => {
      using messages = recordMessages();
      const prompt = await scene.openPrompt('Say something wrong.\n');
      scene.simulator.script({ text: 'Wrong.', usage: USAGE });
      await scene.run(prompt);
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Wrong\.[\s\S]*cached, \$0/);
      const { uri } = await answerTo(prompt);
      await scene.lensLike(prompt, /cached, \$0/);
      await vscode.commands.executeCommand('farthing.forgetAnswer', uri);
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['The answer is forgotten. The next run asks the provider anew.'],
      );
      await scene.answerLike(prompt, /\n\nThis answer is forgotten: the cache gives it no more\.\n/);
      await scene.lensLike(prompt, /est\. \$/);
      scene.simulator.script({ text: 'Right.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Right\./);
    });

    test('the cache is emptied by scope, after a look at how much that is, and only once it is confirmed', async () => {
      const prompt = await scene.openPrompt('Say something of one scope.\n');
      const other = await scene.openPrompt('Say something of another scope.\n');
      scene.simulator.script({ text: 'One.', usage: USAGE }, { text: 'Other.', usage: USAGE });
      await scene.run(other);
      await vscode.window.showTextDocument(prompt, vscode.ViewColumn.One);
      await scene.run(prompt);
      const name = prompt.uri.path.replace(/^.*\/(.*)\.prompt\.md$/, '$1');
      {
        using messages = recordMessages();
        using picked = pick(`Answers to older versions of "${name}"`);
        await vscode.commands.executeCommand('farthing.invalidateCache');
        assert.equal(picked.offered.length, 9);
        const described = picked.offered.map(({ label, description }) => [label, description ?? '']);
        assert.match(
          new Map(described as [string, string][]).get(`Answers to "${name}"`) ?? '',
          /^1 answer, /,
        );
        assert.equal(messages.shown.length, 1);
        assert.match(messages.shown[0]?.message ?? '', /: the cache has no such answer\.$/);
      }
      {
        using _ = pick(`Answers to "${name}"`);
        using question = answerModal(undefined);
        await vscode.commands.executeCommand('farthing.invalidateCache');
        assert.deepEqual(question.buttons, ['Take Out']);
        await scene.lensLike(prompt, /cached, \$0/);
      }
      {
        using messages = recordMessages();
        using _ = pick(`Answers to "${name}"`);
        using __ = answerModal('Take Out');
        await vscode.commands.executeCommand('farthing.invalidateCache');
        assert.match(messages.shown[0]?.message ?? '', /^Taken out of the cache: 1 answer, /);
      }
      await scene.lensLike(prompt, /est\. \$/);
      await scene.lensLike(other, /cached, \$0/);
    });

    test('how an answer was made is folded by itself, and stays folded when it is run again', async () => {
      const prompt = await scene.openPrompt('Say something that folds.\n');
      scene.simulator.script({ text: 'Folded.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Folded\./);
      const { uri } = await answerTo(prompt);
      const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
        'vscode.executeFoldingRangeProvider',
        uri,
      );
      const folded = ranges.find(({ kind }) => kind === vscode.FoldingRangeKind.Imports);
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.lineAt(folded?.start ?? 0).text, '## How this answer was made');
      const editor = await until('the editor of the answer', () =>
        vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString()),
      );
      const isFolded = () => {
        const last = document.lineCount - 2;
        return !editor.visibleRanges.some(({ start, end }) => start.line <= last && last <= end.line);
      };
      await until('the section to be folded', isFolded);
      assert.equal(vscode.window.activeTextEditor?.document, prompt, 'the focus stays');
      await scene.run(prompt);
      await scene.answerLike(prompt, /cached, \$0/);
      await until('the section to be folded again', isFolded);
    });

    test('a call shows all that the ledger has on it', async () => {
      const prompt = await scene.openPrompt('---\nfarthing:\n  tags: [nightly]\n---\nSay what it cost.\n');
      scene.simulator.script({ text: 'Nothing much.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Nothing much\./);
      const { uri } = await answerTo(prompt);
      await vscode.commands.executeCommand('farthing.showCall', uri);
      const document = await until('the report', () => vscode.window.activeTextEditor?.document);
      assert.equal(document.uri.scheme, 'farthing-call');
      const text = document.getText();
      assert.match(text, /^# prompt-\d+\.prompt\.md: answered\n/);
      assert.match(text, /\n- Tags: nightly\n/);
      assert.match(text, /\n### 1\. Sim\/gpt-5-mini: answered\n\n- Cost: \$0\.002 /);
      assert.match(text, /\n- Input: 1,000\n- Output: 100\n/);
      assert.match(text, /\nSum of the requests: \$0\.002, the cost of the call\.\n/);
      assert.match(text, /\n1\. Cache miss: /);
    });

    test('a call that the ledger does not have is said not to be there', async () => {
      using messages = recordMessages();
      await vscode.commands.executeCommand('farthing.showCall', 'nobody');
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['The ledger has no line of this call.'],
      );
    });
  });
}

/** Tasks on selected code: proposed as a diff, applied in one step or discarded, and never applied where that is not safe. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { messagesOf } from '../simulator/script.ts';
import { recordErrors, recordMessages, recordWarnings } from './dialogs.ts';
import { type Scene, USAGE } from './scene.ts';
import { until } from './until.ts';

const CODE = 'function f() {\n  if (a) {\n    b();\n  }\n}\nf();\n';
const fenced = (code: string) => `\`\`\`typescript\n${code}\n\`\`\``;

export function snippets(scene: Scene): void {
  let files = 0;

  /** Writes a file of its own and selects the lines from `first` to `last`, both counted from 0. */
  async function open(text: string, first: number, last: number): Promise<vscode.TextDocument> {
    files += 1;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const file = path.join(folder, `snippet-${files}.ts`);
    await writeFile(file, text);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    editor.selection = new vscode.Selection(first, 0, last, document.lineAt(last).text.length);
    return document;
  }

  const diffs = () =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'farthing-proposal',
      );

  /** Waits for the diff and gives its title and its two texts. */
  async function diff() {
    const tab = await until('a diff', () => diffs()[0]);
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    const [before, after] = await Promise.all(
      [original, modified].map((uri) => vscode.workspace.openTextDocument(uri)),
    );
    return { title: tab.label, before: before?.getText(), after: after?.getText() };
  }

  const run = (command: string) => vscode.commands.executeCommand(`farthing.${command}`);

  suite('Snippets', () => {
    teardown(scene.endTest);

    test('a refactoring is shown as a diff, applied at the margin of the selection, and undone in one step', async () => {
      using messages = recordMessages();
      const document = await open(CODE, 1, 3);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: fenced('if (a) b();\nc();'), usage: USAGE });
      await run('refactorSelection');
      const { title, before, after } = await diff();
      assert.equal(title, `Refactor ${path.basename(document.fileName)} (Farthing): apply or discard`);
      assert.equal(before, CODE);
      assert.equal(after, 'function f() {\n  if (a) b();\n  c();\n}\nf();\n');
      const question = await until('the question', () => messages.shown.at(-1));
      assert.deepEqual(question.buttons, ['Apply', 'Discard']);
      const sent = messagesOf((await scene.simulator.request(asked)).body);
      assert.match(sent[0] ?? '', /^You refactor code/);
      assert.match(sent[1] ?? '', /before the selection">\nfunction f\(\) \{\n<\/context>/);
      assert.equal(document.getText(), CODE, 'nothing is changed before Apply');
      await run('applyProposal');
      assert.equal(document.getText(), after);
      assert.equal(diffs().length, 0);
      const { selection } = await vscode.window.showTextDocument(document);
      assert.equal(document.getText(selection), '  if (a) b();\n  c();', 'what was applied is selected');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), CODE);
    });

    test('Discard leaves the file as it is and closes the diff', async () => {
      using _ = recordMessages();
      const document = await open(CODE, 1, 3);
      scene.simulator.script({
        text: fenced('  // What it is for.\n  if (a) {\n    b();\n  }'),
        usage: USAGE,
      });
      await run('documentSelection');
      assert.match((await diff()).title, /^Document /);
      await run('discardProposal');
      assert.equal(diffs().length, 0);
      assert.equal(document.getText(), CODE);
      assert.equal(document.isDirty, false);
    });

    test('a part that moved is found; one that was changed is not touched', async () => {
      using _ = recordMessages();
      using warnings = recordWarnings();
      const document = await open(CODE, 1, 3);
      scene.simulator.script({ text: fenced('if (a) b(1);'), usage: USAGE });
      await run('refactorSelection');
      await diff();
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), '// new\n');
      await vscode.workspace.applyEdit(edit);
      await run('applyProposal');
      const moved = '// new\nfunction f() {\n  if (a) b(1);\n}\nf();\n';
      assert.equal(document.getText(), moved);
      assert.equal(warnings.shown.length, 0);

      const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      editor.selection = new vscode.Selection(2, 0, 2, 14);
      scene.simulator.script({ text: fenced('if (a) b(2);'), usage: USAGE });
      await run('refactorSelection');
      await diff();
      const change = new vscode.WorkspaceEdit();
      change.insert(document.uri, new vscode.Position(2, 9), '/* mine */ ');
      await vscode.workspace.applyEdit(change);
      await run('applyProposal');
      assert.match(
        warnings.shown[0]?.message ?? '',
        /was changed meanwhile, so nothing was applied\. Run Refactor/,
      );
      assert.match(document.getText(), /\n {2}if \(a\) \/\* mine \*\/ b\(1\);\n/);
      await run('discardProposal');
      assert.equal(diffs().length, 0);
    });

    test('a file with CRLF stays one', async () => {
      using _ = recordMessages();
      const crlf = CODE.replaceAll('\n', '\r\n');
      const document = await open(crlf, 1, 3);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: fenced('if (a)\n  b(3);'), usage: USAGE });
      await run('refactorSelection');
      await diff();
      await run('applyProposal');
      assert.equal(document.getText(), 'function f() {\r\n  if (a)\r\n    b(3);\r\n}\r\nf();\r\n');
      assert.ok(
        !messagesOf((await scene.simulator.request(asked)).body)
          .join('')
          .includes('\r'),
      );
    });

    test('an answer without code, or with several pieces of it, is not applied and says what to do', async () => {
      using warnings = recordWarnings();
      for (const [text, why] of [
        ['Leave it as it is, I would say.', /no code block, so there is nothing to apply/],
        [`${fenced('  b(4);')}\n\nor\n\n${fenced('  b(5);')}`, /has 2 code blocks/],
        [fenced('  if ((a) {'), /did not pass its checks/],
      ] as const) {
        await open(CODE, 1, 3);
        scene.simulator.script({ text, usage: USAGE });
        await run('refactorSelection');
        const shown = await until('a warning', () => warnings.shown.find(({ message }) => why.test(message)));
        assert.deepEqual(shown.buttons, ['Ask a Better Model']);
        assert.equal(diffs().length, 0);
      }
    });

    test('an answer that was cut is proposed once it was continued', async () => {
      using _ = recordMessages();
      using warnings = recordWarnings();
      const document = await open(CODE, 1, 3);
      scene.simulator.script(
        { text: '```typescript\n  if (a) b(', usage: USAGE, finishReason: 'length' },
        { text: '6);\n```', usage: USAGE },
      );
      await run('refactorSelection');
      const warning = await until('a warning', () => warnings.shown[0]);
      assert.deepEqual(warning.buttons, ['Continue']);
      assert.equal(diffs().length, 0);
      const answer = await until('its answer', () =>
        vscode.workspace.textDocuments.find(
          ({ uri }) => uri.scheme === 'farthing-answer' && uri.query === document.uri.toString(),
        ),
      );
      await vscode.commands.executeCommand('farthing.continueAnswer', answer.uri.toString());
      assert.match((await diff()).after ?? '', /\n {2}if \(a\) b\(6\);\n/);
      await run('discardProposal');
    });

    test('where nothing is selected it is the symbol around the cursor, else the small file', async () => {
      using _ = recordMessages();
      const pattern = '**/snippet-*.ts';
      const { SymbolKind, DocumentSymbol, Range } = vscode;
      const whole = new Range(0, 0, 4, 1);
      const provider = vscode.languages.registerDocumentSymbolProvider(
        { pattern },
        { provideDocumentSymbols: () => [new DocumentSymbol('f', '', SymbolKind.Function, whole, whole)] },
      );
      try {
        for (const [line, code] of [
          [2, 'function f() {\n  if (a) {\n    b();\n  }\n}'],
          [5, CODE.trimEnd()],
        ] as const) {
          await open(CODE, 0, 0);
          const editor = vscode.window.activeTextEditor;
          assert.ok(editor !== undefined);
          editor.selection = new vscode.Selection(line, 0, line, 0);
          const asked = scene.simulator.requests.length;
          scene.simulator.script({ text: 'It does little.', usage: USAGE });
          await run('explainSelection');
          const sent = messagesOf((await scene.simulator.request(asked)).body)[1] ?? '';
          assert.ok(sent.endsWith(`\`\`\`typescript\n${code}\n\`\`\``), sent);
        }
      } finally {
        provider.dispose();
      }
    });

    test('several selections, a diff, and code without problems are refused with a sentence', async () => {
      using messages = recordMessages();
      await open(CODE, 1, 3);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor !== undefined);
      editor.selections = [new vscode.Selection(1, 0, 1, 5), new vscode.Selection(3, 0, 3, 3)];
      await run('refactorSelection');
      assert.match(messages.shown.at(-1)?.message ?? '', /Several pieces of code are selected/);
      editor.selection = new vscode.Selection(1, 0, 3, 3);
      await run('fixDiagnostics');
      assert.match(messages.shown.at(-1)?.message ?? '', /There are no problems in this code/);
      await run('applyProposal');
      assert.match(messages.shown.at(-1)?.message ?? '', /Open a proposed change first/);
    });

    test('Fix Diagnostics sends what is reported, and the lightbulb offers it only where that is wanted', async () => {
      using _ = recordMessages();
      using reports = vscodeDisposable(vscode.languages.createDiagnosticCollection('snippets'));
      const document = await open(CODE, 1, 3);
      const place = new vscode.Range(2, 4, 2, 5);
      const problem = new vscode.Diagnostic(place, 'Cannot find name "b".', vscode.DiagnosticSeverity.Error);
      reports.value.set(document.uri, [problem]);
      const offered = async () =>
        (
          await vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            document.uri,
            place,
          )
        ).some(({ title }) => title === 'Fix with Farthing');
      assert.equal(await offered(), false);
      await scene.set('snippets.lightbulb', true);
      await until('the lightbulb', offered);
      await scene.set('snippets.lightbulb', undefined);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: fenced('  if (a) {\n    c();\n  }'), usage: USAGE });
      await run('fixDiagnostics');
      const sent = messagesOf((await scene.simulator.request(asked)).body)[1] ?? '';
      assert.match(sent, /- line 2, error: Cannot find name "b"\.$/);
      assert.match((await diff()).title, /^Fix /);
      await run('applyProposal');
      assert.match(document.getText(), /\n {4}c\(\);\n/);
    });

    test('Write Tests opens the tests in a file of their own', async () => {
      const document = await open(CODE, 0, 4);
      scene.simulator.script({ text: fenced("test('f', () => f());"), usage: USAGE });
      await run('writeTests');
      const tests = await until('the tests', () =>
        vscode.workspace.textDocuments.find(
          ({ isUntitled, getText }) => isUntitled && /test\('f'/.test(getText()),
        ),
      );
      assert.equal(tests.languageId, document.languageId);
      assert.equal(tests.getText(), "test('f', () => f());\n");
      assert.equal(diffs().length, 0);
      assert.equal(document.getText(), CODE);
      await vscode.window.showTextDocument(tests);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

    test('in a workspace that is not trusted nothing is sent', async () => {
      using errors = recordErrors();
      await open(CODE, 1, 3);
      const own = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
      assert.ok(own !== undefined);
      Object.defineProperty(vscode.workspace, 'isTrusted', { ...own, get: () => false });
      try {
        for (const command of ['explainSelection', 'refactorSelection', 'fixDiagnostics', 'writeTests'])
          await run(command);
      } finally {
        Object.defineProperty(vscode.workspace, 'isTrusted', own);
      }
      assert.equal(errors.shown.length, 4);
      assert.match(errors.shown[0]?.message ?? '', /trust/i);
    });
  });
}

/** A thing of VS Code's that `using` lets go of. */
const vscodeDisposable = <Value extends vscode.Disposable>(value: Value) => ({
  value,
  [Symbol.dispose]: () => value.dispose(),
});

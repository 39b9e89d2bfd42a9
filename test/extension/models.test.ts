/** Models of a prompt compared, chosen and explained in the editor; and the audit of what agents load. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { MODELS, type Scene } from './scene.ts';
import { until } from './until.ts';

const [SMALL, OTHER] = MODELS;

/** A line of the list, with its buttons. */
type Item = vscode.QuickPickItem & { readonly buttons?: readonly vscode.QuickInputButton[] };

/** Takes the place of the next list and does `deed` with the line of this label, once it is there. */
function answerList(
  label: RegExp,
  deed: 'accept' | 'button',
): Disposable & { readonly lines: readonly Item[] } {
  const { createQuickPick } = vscode.window;
  const lines: Item[] = [];
  const fake = () => {
    const listeners = new Map<string, (value?: unknown) => void>();
    const on = (name: string) => (listener: (value?: unknown) => void) => {
      listeners.set(name, listener);
      return { dispose: () => undefined };
    };
    const list = {
      items: [] as readonly Item[],
      activeItems: [] as readonly Item[],
      onDidAccept: on('accept'),
      onDidHide: on('hide'),
      onDidTriggerItemButton: on('button'),
      show: () => undefined,
      hide: () => listeners.get('hide')?.(),
      dispose: () => undefined,
      set busy(busy: boolean) {
        if (busy) return;
        lines.push(...list.items);
        const item = list.items.find((one) => label.test(one.label));
        if (item === undefined)
          throw new Error(`${label} is not in ${lines.map((one) => one.label).join(', ')}`);
        list.activeItems = [item];
        queueMicrotask(() => listeners.get(deed)?.({ item, button: item.buttons?.[0] }));
      },
    };
    return list;
  };
  Object.assign(vscode.window, { createQuickPick: fake });
  return { lines, [Symbol.dispose]: () => Object.assign(vscode.window, { createQuickPick }) };
}

export function models(scene: Scene): void {
  suite('Models and audit', () => {
    teardown(scene.endTest);

    test('"Compare Models" shows each model with its cost, and a choice is for the estimate until it is taken back', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      await scene.lensLike(prompt, new RegExp(`${SMALL}$`));
      {
        using list = answerList(new RegExp(`^${OTHER}$`), 'accept');
        await vscode.commands.executeCommand('farthing.compareModels');
        const labels = list.lines.map(({ label }) => label);
        assert.ok(labels.includes(SMALL) && labels.includes('absent-model'), labels.join(', '));
        assert.match(
          list.lines.find(({ label }) => label === SMALL)?.description ?? '',
          /^Sim · \$0\.\d+ a run · \$\d+\.\d+ per 1,000 runs · the model of a run$/,
        );
      }
      await scene.lensLike(prompt, new RegExp(`${OTHER} · estimate only, a run uses its own model$`));
      {
        using _ = answerList(/own model again$/, 'accept');
        await vscode.commands.executeCommand('farthing.compareModels');
      }
      await scene.lensLike(prompt, new RegExp(`${SMALL}$`));
    });

    test('the button of a model writes it into the front matter, and the estimate follows', async () => {
      const prompt = await scene.openPrompt('---\ndescription: x\n---\nSay hello.\n');
      await scene.lensLike(prompt, new RegExp(`${SMALL}$`));
      using _ = answerList(new RegExp(`^${OTHER}$`), 'button');
      await vscode.commands.executeCommand('farthing.compareModels');
      await scene.lensLike(prompt, new RegExp(`${OTHER}$`));
      assert.equal(prompt.getText(), `---\ndescription: x\nfarthing.model: ${OTHER}\n---\nSay hello.\n`);
    });

    test('front matter completes models with their prices, and pointing at one explains it', async () => {
      const prompt = await scene.openPrompt(`---\nfarthing.model: ${SMALL}\n---\nSay hello.\n`);
      await scene.lensLike(prompt, new RegExp(`${SMALL}$`));
      const at = new vscode.Position(1, 18);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        prompt.uri,
        at,
      );
      const item = items.find(({ label }) => label === OTHER);
      assert.match(item?.detail ?? '', /^Sim · \$1\.00 in, \$10\.00 out per million tokens$/);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        prompt.uri,
        at,
      );
      const texts = hovers.flatMap(({ contents }) =>
        contents.map((one) => (typeof one === 'string' ? one : one.value)),
      );
      assert.match(texts.join('\n'), /\$1\.00 in, \$10\.00 out per million tokens/);
    });

    test('"Audit Always-Loaded Context" adds up what agents load, edits that are not saved included', async () => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
      const file = path.join(folder, 'AGENTS.md');
      await writeFile(file, 'Say what you do, and do what you say.\n');
      try {
        const guide = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
        const edit = new vscode.WorkspaceEdit();
        edit.insert(guide.uri, new vscode.Position(1, 0), 'word '.repeat(1000));
        await vscode.workspace.applyEdit(edit);
        await vscode.commands.executeCommand('farthing.auditContext');
        const audit = await until('the audit', () =>
          vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'farthing-audit'),
        );
        await until('an audit with the edit', () =>
          /^# Always-loaded context: 1,0\d\d tokens[\s\S]*\[AGENTS\.md\]\(file:\/\//.test(audit.getText()),
        );
        assert.match(audit.getText(), new RegExp(`With ${SMALL} of Sim, by the prices of farthing\\.prices`));
      } finally {
        await scene.endTest();
        await rm(file, { force: true });
      }
    });
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptContext } from '../../../client/text/prompt-context.ts';
import type { PromptVariable } from '../../../protocol/messages.ts';

const PLACE = { folder: '/home/ada/site', file: '/home/ada/site/src/page.test.ts', selection: 'let x' };
const variable = (name: string, kind: PromptVariable['kind'] = 'context'): PromptVariable => ({
  name,
  kind,
  placeholder: null,
});

test("each of VS Code's placeholders gets its value", () => {
  const names = [
    'workspaceFolder',
    'workspaceFolderBasename',
    'file',
    'fileBasename',
    'fileDirname',
    'fileBasenameNoExtension',
    'selection',
    'selectedText',
  ];
  assert.deepEqual(
    promptContext(
      names.map((name) => variable(name)),
      PLACE,
    ),
    {
      workspaceFolder: '/home/ada/site',
      workspaceFolderBasename: 'site',
      file: '/home/ada/site/src/page.test.ts',
      fileBasename: 'page.test.ts',
      fileDirname: '/home/ada/site/src',
      fileBasenameNoExtension: 'page.test',
      selection: 'let x',
      selectedText: 'let x',
    },
  );
});

test('only what the prompt uses is handed over', () => {
  assert.deepEqual(promptContext([variable('fileBasename'), variable('selection', 'input')], PLACE), {
    fileBasename: 'page.test.ts',
  });
});

test('what is not known and what is no placeholder stay unresolved', () => {
  const nowhere = { folder: null, file: null, selection: '' };
  assert.deepEqual(promptContext([variable('file'), variable('selection')], nowhere), {});
  assert.deepEqual(promptContext([variable('constructor')], PLACE), {});
});

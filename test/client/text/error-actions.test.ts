import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { continueAnswer, errorActions } from '../../../client/text/error-actions.ts';
import { ERRORS, type ErrorCode } from '../../../protocol/errors.ts';
import { SETTINGS } from '../../../protocol/setting-definitions.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test('an untrusted workspace and a missing key lead to where they are mended', () => {
  assert.deepEqual(
    errorActions('untrusted').map(({ command }) => command),
    ['workbench.trust.manage'],
  );
  assert.deepEqual(
    errorActions('noKey').map(({ command }) => command),
    ['farthing.setKey', 'farthing.setUpProvider'],
  );
  assert.deepEqual(errorActions('cutStream'), []);
});

test('a call that a budget stops leads to the budgets', () => {
  for (const code of ['overBudget', 'overRate', 'unpricedBudget'] as const) {
    assert.equal(errorActions(code)[0]?.command, 'farthing.showBudgets', code);
  }
});

test('an answer that broke off can be continued', () => {
  const { command, arguments: parameters } = continueAnswer('farthing-answer:/a');
  assert.deepEqual([command, parameters], ['farthing.continueAnswer', ['farthing-answer:/a']]);
});

test("each button runs a command of the manifest or of VS Code's workbench", () => {
  const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8'));
  const known = new Set(manifest.contributes.commands.map((entry: { command: string }) => entry.command));
  for (const { command } of codes.flatMap(errorActions)) {
    assert.ok(command.startsWith('workbench.') || known.has(command), command);
  }
});

test('each setting that a button opens exists', () => {
  const known = new Set(SETTINGS.map(({ key }) => `farthing.${key}`));
  const opened = codes.flatMap(errorActions).flatMap((action) => action.arguments);
  assert.ok(opened.length > 0);
  for (const key of opened) assert.ok(known.has(key), key);
});

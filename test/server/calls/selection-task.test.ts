/** A task on selected code as a call: its kind, what its answer has to be, and what is no task. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SELECTION_TASK_NAMES, SELECTION_TASKS } from '../../../protocol/selection-tasks.ts';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import type { Call } from '../../../server/pipeline/stage.ts';

const { settings } = parseSettings({});

const prepare = (source: object, feature = 'test'): Call =>
  prepareCall(
    {
      callId: 'a',
      source: { kind: 'selection', code: 'b;', languageId: 'typescript', fileName: 'a.ts', ...source },
      feature,
      signal: new AbortController().signal,
      startedAt: 0,
      purpose: 'run',
    },
    { settings, workspace: null, branch: () => null, openPrompt: () => null },
  );

for (const task of SELECTION_TASK_NAMES)
  test(`${task} is a call of its kind, and code is expected where its answer is used as code`, () => {
    const { kind, answer, feature } = SELECTION_TASKS[task];
    const call = prepare({ task }, feature);
    assert.equal(call.kind, kind);
    assert.equal(call.attribution.feature, feature);
    assert.equal(call.expect?.codeBlock !== undefined, answer !== 'text');
    assert.equal(call.expect?.codeBlock?.replaces ?? null, answer === 'replacement' ? 'b;' : null);
  });

test('a selection without a task is explained', () => {
  assert.deepEqual(prepare({}).messages, prepare({ task: 'explain' }).messages);
  assert.equal(prepare({}).kind, 'explain');
});

test('the file is known only where all of it was sent', () => {
  const around = { before: 'a;\n', after: '\nc;' };
  const fileOf = (isWhole: boolean) =>
    prepare({ task: 'refactor', around: { ...around, isWhole } }).expect?.codeBlock?.file;
  assert.deepEqual(fileOf(true), around);
  assert.equal(fileOf(false), null);
});

for (const [source, why] of [
  [{ task: 'translate' }, /its task is none of explain, refactor, tests, document, fix/],
  [{ task: 'toString' }, /its task is none of/],
  [{ code: 5 }, /its selection is not made of texts/],
  [{ fileName: undefined }, /its selection is not made of texts/],
  [{ diagnostics: ['a'] }, /its diagnostics are not a list of messages with lines/],
  [{ diagnostics: [{ message: 'a', severity: 'error', line: 'b' }] }, /its diagnostics are not/],
  [{ around: { before: 5, after: '' } }, /what stands around its selection is not made of texts/],
] as const)
  test(`a call with the selection ${JSON.stringify(source)} is none`, () =>
    assert.throws(() => prepare(source), { code: 'badCall', message: why }));

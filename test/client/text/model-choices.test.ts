import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelChoices } from '../../../client/text/model-choices.ts';
import { parseSettings } from '../../../protocol/settings.ts';
import { english } from './english.ts';

const choices = (more: Record<string, unknown> = {}) =>
  modelChoices(
    parseSettings({
      providers: [{ name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['one', 'two'] }],
      ...more,
    }).settings,
    english,
  );
const current = (more?: Record<string, unknown>) =>
  choices(more).flatMap((choice) => (choice.current ? [choice.label] : []));

test('Farthing chooses in three ways, and every model can be named', () => {
  assert.deepEqual(
    choices().map(({ model, preference }) => [model, preference]),
    [
      ['auto', 'frugal'],
      ['auto', 'balanced'],
      ['auto', 'best'],
      ['Ollama/one', null],
      ['Ollama/two', null],
    ],
  );
});

test('what applies now is marked', () => {
  assert.deepEqual(current(), ['one']);
  assert.deepEqual(current({ model: 'two' }), ['two']);
  assert.deepEqual(current({ model: 'Ollama/two' }), ['two']);
  assert.deepEqual(current({ model: 'Auto', routing: { preference: 'best' } }), ['Best']);
  assert.deepEqual(current({ model: 'gone' }), []);
});

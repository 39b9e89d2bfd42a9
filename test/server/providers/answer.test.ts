import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswer } from '../../../server/providers/answer.ts';

const delta = (content: Record<string, unknown>, finish: string | null = null) => ({
  choices: [{ index: 0, delta: content, finish_reason: finish }],
});

const toolDelta = (call: Record<string, unknown>) => delta({ tool_calls: [call] });

function assemble(chunks: readonly unknown[]) {
  const answer = createAnswer();
  const events = chunks.flatMap((chunk) => answer.accept(chunk));
  return { answer, events };
}

test('both names for reasoning are understood, and reasoning comes before the text of its chunk', () => {
  const { events } = assemble([
    delta({ reasoning_content: 'hm' }),
    delta({ reasoning: 'well', content: 'yes' }),
  ]);
  assert.deepEqual(events, [
    { type: 'reasoning', text: 'hm' },
    { type: 'reasoning', text: 'well' },
    { type: 'text', text: 'yes' },
  ]);
});

test('content in parts is read as its text, and thinking in it as reasoning', () => {
  const { answer, events } = assemble([
    delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
    delta({ content: [{ type: 'text', text: 'y' }, { type: 'image_url' }, { type: 'text', text: 'es' }] }),
  ]);
  assert.deepEqual(events, [
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'yes' },
  ]);
  assert.deepEqual(answer.generated(), { visible: 'yes', reasoning: 'hm' });
});

test('a tool call whose arguments are an object, or whose name comes again with each piece, is the same call', () => {
  const { answer } = assemble([
    toolDelta({ index: 0, id: 'a', function: { name: 'read', arguments: { file: 1 } } }),
    toolDelta({ index: 1, id: 'b', function: { name: 'list', arguments: '{' } }),
    toolDelta({ index: 1, id: 'b', function: { name: 'list', arguments: '}' } }),
  ]);
  assert.deepEqual(answer.toolCalls(), [
    { type: 'toolCall', id: 'a', name: 'read', arguments: '{"file":1}' },
    { type: 'toolCall', id: 'b', name: 'list', arguments: '{}' },
  ]);
});

test('tool calls in pieces become whole calls, each with its own arguments', () => {
  const { answer, events } = assemble([
    toolDelta({ index: 0, id: 'a', function: { name: 'read', arguments: '{"f' } }),
    toolDelta({ index: 1, id: 'b', function: { name: 'list', arguments: '' } }),
    toolDelta({ index: 0, function: { arguments: 'ile":1}' } }),
    toolDelta({ index: 1, function: { arguments: '{}' } }),
    delta({}, 'tool_calls'),
  ]);
  assert.deepEqual(events, []);
  assert.deepEqual(answer.toolCalls(), [
    { type: 'toolCall', id: 'a', name: 'read', arguments: '{"file":1}' },
    { type: 'toolCall', id: 'b', name: 'list', arguments: '{}' },
  ]);
  assert.equal(answer.generated().visible, 'read{"file":1}list{}');
});

test('whole tool calls that share an index are told apart by their ids', () => {
  const { answer } = assemble([
    toolDelta({ index: 0, id: 'a', function: { name: 'read', arguments: '{}' } }),
    toolDelta({ index: 0, id: 'b', function: { name: 'list', arguments: '{}' } }),
  ]);
  assert.deepEqual(
    answer.toolCalls().map((event) => event.type === 'toolCall' && event.id),
    ['a', 'b'],
  );
});

test('tool calls without an index continue the last one', () => {
  const { answer } = assemble([
    toolDelta({ id: 'a', function: { name: 'read', arguments: '{' } }),
    toolDelta({ function: { arguments: '}' } }),
    toolDelta({ id: 'b', function: { name: 'list', arguments: '{}' } }),
  ]);
  assert.deepEqual(answer.toolCalls(), [
    { type: 'toolCall', id: 'a', name: 'read', arguments: '{}' },
    { type: 'toolCall', id: 'b', name: 'list', arguments: '{}' },
  ]);
});

test('a refusal is told apart from text, and ends as a content filter unless the provider says otherwise', () => {
  const { answer, events } = assemble([delta({ refusal: 'I cannot.' }), delta({}, 'stop')]);
  assert.deepEqual(events, [{ type: 'refusal', text: 'I cannot.' }]);
  assert.equal(answer.generated().visible, 'I cannot.');
  assert.equal(answer.finishReason(), 'content_filter');
  assert.equal(assemble([delta({ refusal: 'I' }), delta({}, 'length')]).answer.finishReason(), 'length');
});

test("providers' own words for why they stopped are put in OpenAI's", () => {
  const reasonOf = (finish: string) => assemble([delta({}, finish)]).answer.finishReason();
  assert.equal(reasonOf('max_tokens'), 'length');
  assert.equal(reasonOf('function_call'), 'tool_calls');
  assert.equal(reasonOf('MAX_TOKENS'), 'length');
  assert.equal(reasonOf('SAFETY'), 'content_filter');
  assert.equal(reasonOf('abort'), null);
  assert.equal(reasonOf('eos'), 'stop');
  assert.equal(reasonOf('constructor'), 'stop');
  assert.equal(reasonOf('error'), null);
  assert.equal(reasonOf('insufficient_system_resource'), null);
});

test('chunks of any shape are taken without complaint', () => {
  const odd = [
    null,
    7,
    'text',
    [],
    {},
    { choices: null },
    { choices: [] },
    { choices: [null] },
    { choices: [{}] },
    { choices: [{ delta: { content: 5, tool_calls: [null, 3], refusal: {} } }] },
  ];
  const { answer, events } = assemble(odd);
  assert.deepEqual(events, []);
  assert.equal(answer.finishReason(), null);
});

test('an answer has begun with its first choice, and keeps the last usage that was sent', () => {
  const answer = createAnswer();
  answer.accept({ choices: [], usage: null });
  assert.equal(answer.begun(), false);
  answer.accept({ ...delta({ content: 'a' }), usage: { prompt_tokens: 1 } });
  answer.accept({ choices: [], usage: { prompt_tokens: 2 } });
  answer.accept({ choices: [], usage: null });
  assert.equal(answer.begun(), true);
  assert.deepEqual(answer.usage(), { prompt_tokens: 2 });
  const whole = { prompt_tokens: 3, completion_tokens: 1 };
  answer.accept({ choices: [], usage: whole });
  for (const empty of [{}, { prompt_tokens: 0, completion_tokens: 0 }, { prompt_tokens: 9 }, 'none'])
    answer.accept({ choices: [], usage: empty });
  assert.deepEqual(answer.usage(), whole, 'what says nothing does not replace it');
  answer.accept({ choices: [], usage: { ...whole, completion_tokens: 2 } });
  assert.deepEqual(answer.usage(), { ...whole, completion_tokens: 2 });
});

test('the model that answers is the one that the provider names', () => {
  assert.equal(assemble([delta({ content: 'a' })]).answer.model(), null);
  const named = { ...delta({ content: 'a' }), model: 'gpt-5-mini-2025-08-07' };
  assert.equal(assemble([named, delta({}, 'stop')]).answer.model(), 'gpt-5-mini-2025-08-07');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallParts, SIGNAL_COUNT, signalsOf } from '../../../server/routing/signals.ts';

const partsOf = (content: string, overrides: Partial<CallParts> = {}): CallParts => ({
  messages: [{ role: 'user', content }],
  kind: 'answer',
  tools: [],
  responseFormat: null,
  ...overrides,
});
const reasons = (content: string, overrides: Partial<CallParts> = {}) =>
  signalsOf(partsOf(content, overrides)).reasons;

const CODE = 'function add(a, b) {\n  return a + b;\n}\nconst x = { y: [1] };';

for (const [sentence, found, expected] of [
  ['Plain small talk has no reason', reasons('Good morning to you'), []],
  ['Code is seen by its marks', reasons(`What is this?\n${CODE}`), ['code']],
  ['Prose with a few marks is no code', reasons('I saw (it was late; or so) a thing, and: gone.'), []],
  ['Cues of reasoning', reasons('Prove that it ends'), ['something to reason about']],
  ['Formulas', reasons('x^2 + 3x = 7 in x^3 + 2'), ['mathematics']],
  ['Words of mathematics', reasons('Calculate the integral over the matrix'), ['mathematics']],
  ['Constraints in words', reasons('It must be exactly one, and only in red'), ['3 constraints']],
  ['Points of a list', reasons('Do:\n- this\n- that\n* more\n1. again'), ['4 constraints']],
  ['Negations', reasons('It is not here and never was'), ['several negations']],
  ['Hard subjects', reasons('Look at this deadlock'), ['a subject that is often hard']],
  ['Routine', reasons('Rename it'), ['a routine task']],
  ['Chinese', reasons('请用中文写一首关于秋天的诗'), ['another script than Latin']],
  ['Arabic', reasons('اكتب قصيدة عن الخريف'), ['another script than Latin']],
  ['A Chinese name in English', reasons('Who was 孔子 and where did this man live'), []],
  ['A long request', reasons('word '.repeat(2000)), ['a long request (≈2,500 tokens)']],
  ['A kind of task', reasons('Go on', { kind: 'summarise' }), ['something to summarise']],
  ['Tools', reasons('Go on', { tools: [{ name: 'look' }] }), ['tools to call']],
  ['JSON', reasons('Go on', { responseFormat: { type: 'json_object' } }), ['an answer in JSON']],
  [
    'A schema',
    reasons('Go on', { responseFormat: { type: 'json_schema', name: 'a', schema: {} } }),
    ['an answer by a schema'],
  ],
] as const)
  test(`Signals have their reasons: ${sentence}`, () => assert.deepEqual(found, expected));

test('There are always as many numbers, all from 0 to 1, whatever is asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (content) => {
      const { values } = signalsOf(partsOf(content));
      assert.equal(values.length, SIGNAL_COUNT);
      for (const value of values) assert.ok(value >= 0 && value <= 1, String(value));
    }),
    { numRuns: 100 },
  );
});

test('A call without messages has signals', () => {
  assert.equal(signalsOf(partsOf('', { messages: [] })).values.length, SIGNAL_COUNT);
});

test('What is asked is the last message of the user, and its end is read where it is long', () => {
  const messages = [
    { role: 'system', content: 'Prove everything.' },
    { role: 'user', content: 'Prove it.' },
    { role: 'assistant', content: 'Why?' },
    { role: 'user', content: `${'word '.repeat(5000)} Look at this deadlock` },
  ] as const;
  assert.deepEqual(reasons('', { messages }), [
    'a long request (≈6,263 tokens)',
    'a subject that is often hard',
  ]);
});

test('The middle of a long request is not read', () => {
  const long = 'word '.repeat(4000);
  const { values, terms } = signalsOf(partsOf(`${long}deadlock ${long}`));
  assert.deepEqual(values, signalsOf(partsOf(`${long}deadlocks${long}`)).values);
  assert.ok(terms.length < 1000);
});

/** The list of gates and its verdict. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { complaintMessage } from '../../../server/gates/complaint-message.ts';
import type { Gate } from '../../../server/gates/gate.ts';
import { GATES, judgeAnswer } from '../../../server/gates/gates.ts';
import { continuation } from '../../../server/prompts/continuation.ts';
import { makeAnswer, makeExpectation, makeQuestion } from '../../support/gate-fixtures.ts';
import { makeCall } from '../../support/pipeline-fakes.ts';

const complaining = (name: string, weight: Gate['weight']): Gate => ({
  name,
  weight,
  check: () => ({ gate: name, why: `${name} is wrong.` }),
});
const judge = (...gates: Gate[]) => judgeAnswer(makeAnswer('Yes.'), makeCall(), gates);

test('an answer that nothing is wrong with passes with the score 0', async () => {
  assert.deepEqual(await judgeAnswer(makeAnswer('Use a map.'), makeQuestion('How?')), {
    complaints: [],
    score: 0,
    passed: true,
    notes: [],
  });
});

test('one hard complaint rejects an answer, and comes first', async () => {
  const verdict = await judge(complaining('soft', 0.2), complaining('hard', 'hard'));
  assert.equal(verdict.passed, false);
  assert.equal(verdict.score, 1);
  assert.deepEqual(
    verdict.complaints.map(({ gate }) => gate),
    ['hard', 'soft'],
  );
});

test('one soft complaint lets an answer pass, two reject it', async () => {
  assert.equal((await judge(complaining('a', 0.35))).passed, true);
  const both = await judge(complaining('a', 0.35), complaining('b', 0.3));
  assert.equal(both.passed, false);
  assert.ok(Math.abs(both.score - 0.545) < 1e-9);
});

test('a gate that throws stands aside with a note that quotes nothing', async () => {
  const broken: Gate = {
    name: 'broken',
    weight: 'hard',
    check: ({ text }) => {
      throw new Error(text);
    },
  };
  const verdict = await judge(broken);
  assert.equal(verdict.passed, true);
  assert.deepEqual(verdict.notes, ['The check "broken" failed on this answer and was left out.']);
});

test('the rest of an answer is judged with its beginning', async () => {
  const messages = [{ role: 'user', content: 'Code?' } as const, ...continuation('```js\nconst a = {\n')];
  assert.equal((await judgeAnswer(makeAnswer('  b: 1,\n};\n```\n'), makeCall({ messages }))).passed, true);
  assert.equal((await judgeAnswer(makeAnswer('  b: 1;\n};\n```\n'), makeCall({ messages }))).passed, false);
});

test('every gate has a name of its own and a weight that is one', () => {
  assert.equal(new Set(GATES.map(({ name }) => name)).size, GATES.length);
  for (const { weight } of GATES) assert.ok(weight === 'hard' || (weight > 0 && weight < 1));
});

/** Texts of all sorts, with what gates look for in them. */
const pieces = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    ...[
      '```ts\n',
      '```python\n',
      '```json\n',
      '```yaml\n',
      '```diff\n',
      '```\n',
      '~~~\n',
      '@@',
      '--- a\n+++ b\n',
    ],
    ...[
      '3 + 4 = ',
      '= 7',
      '<<1+1=3>>',
      '<context name="a">\n',
      '</context>\n',
      '{',
      '}',
      '[',
      '"',
      '\\',
      '\n',
      '- ',
    ],
    ...[
      'A: ',
      '(((',
      '%',
      '1,000.5',
      'class A {',
      'new A()',
      'a.b(',
      "I'm not sure",
      '𝟙',
      '\uD800',
      '\u0000',
      '📎',
    ],
  ),
);
const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));

const CALLS = [
  {},
  { responseFormat: { type: 'json_object' } as const },
  {
    responseFormat: { type: 'json_schema', name: 'a', schema: { type: 'object', required: ['a'] } } as const,
  },
  { expect: makeExpectation({ matches: /^a|b+$/u, fields: ['a', 'b.c'], minLength: 3, maxLength: 90 }) },
];

test('no gate throws on any text, and a score is from 0 to 1', async () => {
  await fc.assert(
    fc.asyncProperty(texts, texts, fc.constantFrom(...CALLS), async (text, question, overrides) => {
      const call = makeQuestion(question, overrides);
      for (const gate of GATES) await gate.check(makeAnswer(text), call);
      const { score, passed, complaints } = await judgeAnswer(makeAnswer(text), call);
      assert.ok(score >= 0 && score <= 1);
      assert.equal(passed, score <= 0.5);
      assert.equal(score > 0, complaints.length > 0);
    }),
    { numRuns: 300 },
  );
});

test('no complaint quotes more than 80 characters of an answer', async () => {
  const words = 'abcdefghijklmnopqrstuvwxyz'.repeat(20);
  const answers = [
    makeAnswer('', { refusal: words }),
    makeAnswer(`I cannot ${'provide '.repeat(200)}`),
    makeAnswer('', { toolCalls: [{ name: words, arguments: words }] }),
    makeAnswer(`${'1 + '.repeat(29)}1 = 4`),
    makeAnswer(`${'1'.repeat(50)} + ${'2'.repeat(50)} = 4`),
    makeAnswer(JSON.stringify({ [words]: words })),
    makeAnswer(`\`\`\`diff\n--- a/${words}\n+++ b/${words}\n@@ @@\n-${words}\n\`\`\``),
    makeAnswer(`\`\`\`json\n{"${words}": ${words}}\n\`\`\``),
  ];
  const call = makeQuestion(`<context name="${words}">\na\n</context>\nGo.`, {
    tools: [{ name: 'a', parameters: {} }],
  });
  const closed = { type: 'object', additionalProperties: false };
  for (const answer of answers)
    for (const responseFormat of [null, { type: 'json_schema', name: 'a', schema: closed } as const])
      for (const { why } of (await judgeAnswer(answer, { ...call, responseFormat })).complaints) {
        const quoted = [...why.matchAll(/"([^"]*)"/g)].reduce((sum, [, text = '']) => sum + text.length, 0);
        assert.ok(quoted <= 80, why);
        assert.ok(why.length < 200, why);
      }
});

test('the message to the next model says what was wrong, and has neither question nor answer', () => {
  assert.deepEqual(
    complaintMessage([
      { gate: 'schema', why: 'Its JSON has no field "total".' },
      { gate: 'hedging', why: 'It doubts itself.' },
    ]),
    {
      role: 'user',
      content:
        'A first answer was rejected: Its JSON has no field "total". It doubts itself. Answer the request above afresh.',
    },
  );
});

test('what was asked is still the question when a complaint follows it', async () => {
  const bread = 'Knead flour, water, salt and yeast. '.repeat(10);
  const messages = [
    {
      role: 'user',
      content: 'Which PostgreSQL index speeds up prefix searches on varchar columns?',
    } as const,
    complaintMessage([{ gate: 'hedging', why: 'It had flour, water and yeast in it.' }]),
  ];
  const { complaints } = await judgeAnswer(makeAnswer(bread), makeCall({ messages }));
  assert.deepEqual(
    complaints.map(({ gate }) => gate),
    ['relevance'],
  );
});

/** Gates on the form that was asked for: schemas, tools, and what a prompt file expects. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResponseFormat } from '../../../protocol/messages.ts';
import { expectedFields } from '../../../server/gates/expected-fields.ts';
import { expectedLength } from '../../../server/gates/expected-length.ts';
import { expectedPattern } from '../../../server/gates/expected-pattern.ts';
import { judgeAnswer } from '../../../server/gates/gates.ts';
import { schema } from '../../../server/gates/schema.ts';
import { toolCalls } from '../../../server/gates/tool-calls.ts';
import { asideOf, complaintOf, makeAnswer, makeExpectation } from '../../support/gate-fixtures.ts';
import { makeCall } from '../../support/pipeline-fakes.ts';

const INVOICE = {
  type: 'object',
  properties: { total: { type: 'number' }, lines: { type: 'array', items: { $ref: '#/$defs/line' } } },
  required: ['total'],
  additionalProperties: false,
  $defs: { line: { type: 'object', required: ['text'] } },
};
const withSchema = (of: unknown) =>
  makeCall({ responseFormat: { type: 'json_schema', name: 'it', schema: of } satisfies ResponseFormat });
const asJson = makeCall({ responseFormat: { type: 'json_object' } });

test('an answer after its schema passes', async () => {
  assert.equal(
    await complaintOf(schema, '{"total": 3, "lines": [{"text": "a"}]}', withSchema(INVOICE)),
    null,
  );
  assert.equal(await complaintOf(schema, ' {"a": 1}\n', asJson), null);
});

test('one that leaves out a field, adds one or mistakes a type is told which', async () => {
  const call = withSchema(INVOICE);
  assert.equal(await complaintOf(schema, '{}', call), 'Its JSON has no field "total".');
  assert.match((await complaintOf(schema, '{"total": 1, "tax": 2}', call)) ?? '', /field "tax"/);
  assert.match((await complaintOf(schema, '{"total": "3"}', call)) ?? '', /number at "\/total"/);
  assert.match(
    (await complaintOf(schema, '{"total": 1, "lines": [{}]}', call)) ?? '',
    /"text" at "\/lines\/0"/,
  );
});

test('text around the JSON, no JSON and no object are not what was asked for', async () => {
  assert.match((await complaintOf(schema, 'Here:\n```json\n{"total": 1}\n```', asJson)) ?? '', /text around/);
  assert.match((await complaintOf(schema, 'The total is 3.', asJson)) ?? '', /not the JSON/);
  assert.match((await complaintOf(schema, '[1]', asJson)) ?? '', /not an object/);
});

test('no format, tool calls and refusals are no JSON to check', async () => {
  assert.equal(await complaintOf(schema, 'Hello.'), null);
  const called = makeAnswer('', { toolCalls: [{ name: 'look', arguments: '{}' }], reason: 'tool_calls' });
  assert.equal(await complaintOf(schema, called, asJson), null);
});

test('both dialects of schemas are read as theirs', async () => {
  const newer = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    prefixItems: [{ type: 'number' }],
  };
  assert.match((await complaintOf(schema, '["a"]', withSchema(newer))) ?? '', /number/);
  const older = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] };
  assert.match((await complaintOf(schema, '["a"]', withSchema(older))) ?? '', /number/);
  assert.equal(await complaintOf(schema, '["a"]', withSchema({ $schema: 'urn:of-ours' })), null);
});

test('a schema with the id of another call’s is read by itself', async () => {
  const named = (type: string) => withSchema({ $id: 'https://example.test/same', type });
  assert.equal(await complaintOf(schema, '1', named('number')), null);
  assert.match((await complaintOf(schema, '1', named('string'))) ?? '', /string/);
});

for (const [what, none] of [
  ['a text', 'object'],
  ['null', null],
  ['a list', []],
  ['an unknown type', { type: 'banana' }],
  ['a reference to nowhere', { $ref: '#/$defs/none' }],
  ['properties that are none', { properties: 5 }],
  ['a pattern that is none', { properties: { a: { pattern: '(' } } }],
] as const)
  test(`a schema that is ${what} is noted, and the check stands aside`, async () => {
    const call = withSchema(none);
    assert.match(await asideOf(schema, '{"a": "b"}', call), /no valid JSON schema.*Correct it/);
    const verdict = await judgeAnswer(makeAnswer('{"a": "b"}'), call);
    assert.equal(verdict.passed, true);
    assert.equal(verdict.notes.length, 1);
  });

test('a pattern in a schema that would take for ever is stopped', async () => {
  const call = withSchema({ properties: { a: { pattern: '^(a+)+$' } } });
  assert.match(await asideOf(schema, JSON.stringify({ a: `${'a'.repeat(60)}!` }), call), /too long/);
});

const TOOLS = [
  {
    name: 'look',
    parameters: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
  },
  { name: 'list' },
];
const calling = (name: string, given: string) =>
  makeAnswer('', { toolCalls: [{ name, arguments: given }], reason: 'tool_calls' });

test('tools that are there are called with what they describe', async () => {
  const call = makeCall({ tools: TOOLS });
  assert.equal(await complaintOf(toolCalls, calling('look', '{"path": "a.ts"}'), call), null);
  assert.equal(await complaintOf(toolCalls, calling('list', ''), call), null);
  assert.equal(await complaintOf(toolCalls, 'No tool is needed.', call), null);
});

test('an unknown tool, arguments that are no JSON, and missing ones are told', async () => {
  const call = makeCall({ tools: TOOLS });
  assert.match((await complaintOf(toolCalls, calling('lock', '{}'), call)) ?? '', /"lock" that there is not/);
  assert.match((await complaintOf(toolCalls, calling('look', '{"path":'), call)) ?? '', /no JSON/);
  assert.match((await complaintOf(toolCalls, calling('look', '{}'), call)) ?? '', /no field "path"/);
});

test('a tool that has to be called is', async () => {
  const call = makeCall({ tools: TOOLS, toolChoice: 'required' });
  assert.match((await complaintOf(toolCalls, 'I would look.', call)) ?? '', /calls no tool/);
});

test('parameters of a tool that are no schema are noted', async () => {
  const call = makeCall({ tools: [{ name: 'look', parameters: { type: 'banana' } }] });
  assert.match(await asideOf(toolCalls, calling('look', '{}'), call), /"look" were not checked/);
});

const expecting = (expect: Parameters<typeof makeExpectation>[0]) =>
  makeCall({ expect: makeExpectation(expect) });

test('expected fields are keys of JSON, also within a fence and with dots', async () => {
  const call = expecting({ fields: ['title', 'author.name'] });
  assert.equal(await complaintOf(expectedFields, '{"title": 1, "author": {"name": 2}}', call), null);
  assert.equal(
    await complaintOf(expectedFields, 'So:\n```json\n{"title": 1, "author": {"name": 2}}\n```', call),
    null,
  );
  assert.equal(
    await complaintOf(expectedFields, '{"title": 1, "author": {}}', call),
    'It has no "author.name".',
  );
});

test('in text they are headings and labels', async () => {
  const call = expecting({ fields: ['Summary', 'Risks'] });
  assert.equal(await complaintOf(expectedFields, '## Summary\nFine.\n\n- **Risks:** none', call), null);
  assert.equal(
    await complaintOf(expectedFields, 'Summary: the risks are none.\nRisksome.', call),
    'It has no "Risks".',
  );
});

test('an expected pattern looks at the trimmed answer', async () => {
  const call = expecting({ matches: /^(yes|no)$/ });
  assert.equal(await complaintOf(expectedPattern, ' yes\n', call), null);
  assert.match((await complaintOf(expectedPattern, 'Yes, it is.', call)) ?? '', /does not match/);
  assert.equal(await complaintOf(expectedPattern, 'maybe'), null);
});

test('a pattern that takes for ever on an answer, and an answer that is too long for one, stand aside', async () => {
  const call = expecting({ matches: /^(?:a|a)+$/ });
  assert.match(await asideOf(expectedPattern, `${'a'.repeat(50)}!`, call), /takes too long/);
  assert.match(await asideOf(expectedPattern, 'a'.repeat(30_000), call), /more than/);
});

test('an expected length is in characters as people count them', async () => {
  const call = expecting({ minLength: 2, maxLength: 3 });
  assert.equal(await complaintOf(expectedLength, '👍👍👍', call), null);
  assert.match((await complaintOf(expectedLength, ' a ', call)) ?? '', /1 characters?, fewer/);
  assert.match((await complaintOf(expectedLength, 'abcd', call)) ?? '', /more than the allowed 3/);
});

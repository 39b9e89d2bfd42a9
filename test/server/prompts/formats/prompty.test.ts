/** Prompty files, of both versions. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillPrompt, fillPromptWithBlanks } from '../../../../server/prompts/variables.ts';
import { read, said } from './check.ts';

const FIRST = `---
name: Ask
description: Answers
authors: [ada]
model:
  api: chat
  configuration:
    type: azure_openai
    azure_endpoint: \${env:ENDPOINT}
    azure_deployment: gpt-4o
  parameters:
    max_tokens: 300
    temperature: 0.2
sample:
  question: Who?
---
# system:
Be kind.

user[name="ada"]:
{{question}}
`;

const SECOND = `---
name: Ask
model:
  id: gpt-4o
  provider: openai
  options:
    temperature: 0.4
    maxOutputTokens: 90
inputs:
  - name: question
    kind: string
    default: Where?
  - name: tone
    example: calm
template:
  format: jinja2
---
system:
Be {{tone}}.
user:
{{question}}`;

test('version 1 names model, parameters and a sample', () => {
  const document = read('ask.prompty', FIRST);
  assert.equal(document.format, 'prompty');
  assert.equal(document.use, 'run');
  assert.deepEqual(said(document), ['system|Be kind.', 'user|{{question}}']);
  const { model, temperature, maxTokens, name } = document.frontMatter;
  assert.deepEqual(
    { model, temperature, maxTokens, name },
    { model: 'gpt-4o', temperature: 0.2, maxTokens: 300, name: 'Ask' },
  );
  assert.deepEqual(document.samples, { question: 'Who?' });
  assert.deepEqual(document.notes, []);
});

test('version 2 names the same in its own way', () => {
  const document = read('ask.prompty', SECOND);
  const { model, temperature, maxTokens } = document.frontMatter;
  assert.deepEqual({ model, temperature, maxTokens }, { model: 'gpt-4o', temperature: 0.4, maxTokens: 90 });
  assert.deepEqual(document.samples, { tone: 'calm' });
  assert.deepEqual(document.defaults, { question: 'Where?' });
});

test('a preview takes samples and defaults, a run only defaults', () => {
  const document = read('ask.prompty', SECOND);
  const preview = fillPromptWithBlanks(document, {});
  assert.deepEqual(
    preview.messages.map(({ content }) => content),
    ['Be calm.', 'Where?'],
  );
  assert.deepEqual(preview.missing, []);
  assert.throws(() => fillPrompt(document, {}), { code: 'missingVariables' });
  const given = fillPrompt(document, { values: { tone: 'brief' } });
  assert.deepEqual(
    given.map(({ content }) => content),
    ['Be brief.', 'Where?'],
  );
});

test("Farthing's own options go before Prompty's", () => {
  const text =
    '---\nmodel:\n  id: a\n  options: { temperature: 0.4 }\nfarthing:\n  temperature: 0.1\n---\nHi';
  assert.equal(read('a.prompty', text).frontMatter.temperature, 0.1);
});

test('files and the environment are not read: they stay text, and are said', () => {
  const document = read(
    'a.prompty',
    '---\nmodel:\n  id: ${env:MODEL}\nsample: ${file:a.json}\n---\nKey ${env:KEY}, ${file:a.md}',
  );
  assert.deepEqual(said(document), ['user|Key ${env:KEY}, ${file:a.md}']);
  assert.equal(document.frontMatter.model, null);
  assert.deepEqual(document.samples, {});
  assert.deepEqual(document.unresolved, ['${env:KEY}', '${file:a.md}']);
  assert.deepEqual(
    document.notes.map(({ line }) => line),
    [5, 5],
  );
});

test('broken YAML is a problem, and the body is counted all the same', () => {
  const document = read('a.prompty', '---\nmodel: {\n---\nsystem:\nHi');
  assert.equal(document.problem?.code, 'badFrontMatter');
  assert.deepEqual(said(document), ['system|Hi']);
});

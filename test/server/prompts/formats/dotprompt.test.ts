/** Dotprompt files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasPrompt } from '../../../../server/prompts/prompt-document.ts';
import { fillPrompt } from '../../../../server/prompts/variables.ts';
import { read, said } from './check.ts';

const GREET = `---
model: googleai/gemini-2.0-flash
config:
  temperature: 0.5
  maxOutputTokens: 40
input:
  schema:
    name: string
  default:
    name: Ada
---
{{role "system"}}
Be kind.
{{history}}
{{role "user"}}
Greet {{name}}.
{{role "model"}}
Hello
`;

test('role tags begin messages, and the front matter says the rest', () => {
  const document = read('greet.prompt', GREET);
  assert.equal(document.format, 'dotprompt');
  assert.deepEqual(said(document), [
    'system|Be kind.\n{{history}}',
    'user|Greet {{name}}.',
    'assistant|Hello',
  ]);
  const { model, temperature, maxTokens } = document.frontMatter;
  assert.deepEqual(model, ['googleai/gemini-2.0-flash', 'gemini-2.0-flash']);
  assert.deepEqual({ temperature, maxTokens }, { temperature: 0.5, maxTokens: 40 });
  assert.deepEqual(document.notes, []);
});

test('a run takes the defaults, and has no history', () => {
  const sent = fillPrompt(read('greet.prompt', GREET), {});
  assert.deepEqual(
    sent.map(({ content }) => content),
    ['Be kind.\n', 'Greet Ada.', 'Hello'],
  );
});

test('what Handlebars would do is said, for it is not done', () => {
  const document = read(
    'a.prompt',
    '---\nmodel: m\n---\n{{#if x}}a{{else}}b{{/if}}\n{{media url=img}} {{>part}} {{{raw}}} {{x}}',
  );
  assert.deepEqual(document.unresolved, [
    '{{#if x}}',
    '{{else}}',
    '{{/if}}',
    '{{media url=img}}',
    '{{>part}}',
    '{{{raw}}}',
  ]);
  assert.equal(document.notes.length, 6);
  assert.equal(document.templateTags.length, 7);
});

test('text behind a role tag on its line belongs to the message', () => {
  const document = read('a.prompt', '---\n---\nBefore {{role "system"}}After');
  assert.deepEqual(said(document), ['user|Before ', 'system|After']);
});

test('a "*.prompt" without front matter is of another tool', () => {
  const document = read('a.prompt', 'anything');
  assert.notEqual(document.format, 'dotprompt');
  assert.equal(hasPrompt(document), false);
  assert.equal(hasPrompt(read('a.prompt.md', 'anything')), true);
});

test('a tag that is not closed is text', () => {
  const document = read('a.prompt', '---\nmodel: m\n---\n{{role "system"\nHi {{name');
  assert.deepEqual(said(document), ['user|{{role "system"\nHi {{name']);
  assert.deepEqual(document.templateTags, []);
});

/** The templates for new prompts: each is a prompt that Farthing reads without a word of complaint. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileNameOf, PROMPT_TEMPLATES } from '../../../client/text/prompt-templates.ts';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';
import { english } from './english.ts';

for (const { id, name, path, text, title, detail } of PROMPT_TEMPLATES)
  test(`the template "${id}" is read without a note, and says what it is`, () => {
    const prompt = parsePrompt({ uri: `file:///a/${path(name)}`, text: text(name) });
    assert.equal(prompt.problem, null);
    assert.deepEqual(prompt.notes, []);
    assert.ok((prompt.frontMatter.description ?? '').length > 10);
    assert.match(path(name), /^\.github\/(prompts|agents|skills)\//);
    assert.ok(title(english) !== '' && detail(english) !== '');
    assert.equal(fileNameOf(name), name);
  });

test('no two templates have one id or one file', () => {
  const files = PROMPT_TEMPLATES.map(({ name, path }) => path(name));
  assert.equal(new Set(files).size, PROMPT_TEMPLATES.length);
  assert.equal(new Set(PROMPT_TEMPLATES.map(({ id }) => id)).size, PROMPT_TEMPLATES.length);
});

for (const [typed, expected] of [
  ['Code Review', 'code-review'],
  [' review.prompt.md ', 'review'],
  ['../../etc/passwd', 'etc-passwd'],
  ['Überblick!', 'überblick'],
  ['...', ''],
] as const)
  test(`"${typed}" is the file name "${expected}"`, () => assert.equal(fileNameOf(typed), expected));

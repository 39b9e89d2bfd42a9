/** The example workspace: its prompts are what its README says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';
import { fillPromptForPreview, listVariables } from '../../../server/prompts/variables.ts';

const FOLDER = new URL('../../../examples/', import.meta.url);

const EXAMPLES: readonly (readonly [file: string, roles: string, variables: readonly string[]])[] = [
  ['commit-message.prompt.md', 'user', ['change']],
  ['explain-regex.prompt.md', 'user', []],
  ['find-in-context.prompt.md', 'user', []],
  ['review.prompt.md', 'user', []],
  ['translate-errors.prompt.md', 'system user assistant user', ['language', 'messages']],
];

for (const [file, roles, variables] of EXAMPLES)
  test(`${file} is a sound prompt with its messages and variables`, () => {
    const document = parsePrompt({ uri: file, text: readFileSync(new URL(file, FOLDER), 'utf8') });
    assert.equal(document.problem, null);
    assert.deepEqual(document.notes, []);
    assert.ok((document.frontMatter.description ?? '') !== '');
    assert.equal(document.frontMatter.model, null);
    assert.deepEqual(
      listVariables(document).map(({ name }) => name),
      variables,
    );
    const { messages } = fillPromptForPreview(document, {});
    assert.equal(messages.map(({ role }) => role).join(' '), roles);
  });

test('every prompt of the workspace is listed here', () => {
  const prompts = readdirSync(FOLDER).filter((name) => name.endsWith('.prompt.md'));
  assert.deepEqual(
    prompts.sort(),
    EXAMPLES.map(([file]) => file),
  );
});

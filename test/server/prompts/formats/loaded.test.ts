/** What agents are sent with every turn: instructions, agents, skills and their like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrompt } from '../../../../server/prompts/prompt-document.ts';
import { read, said } from './check.ts';

const cases: Readonly<Record<string, string>> = {
  'ts.instructions.md': 'instructions',
  'plan.agent.md': 'agent',
  'plan.chatmode.md': 'agent',
  '.github/skills/pdf/SKILL.md': 'skill',
  'AGENTS.md': 'agents',
  'packages/a/AGENTS.md': 'agents',
  'CLAUDE.md': 'claude',
  'CLAUDE.local.md': 'claude',
  '.github/copilot-instructions.md': 'copilot',
};
for (const [name, format] of Object.entries(cases))
  test(`${name} is loaded, as one system message`, () => {
    const document = read(name, 'Be brief.\nuser:\nis a word here\n');
    assert.equal(document.format, format);
    assert.equal(document.use, 'loaded');
    assert.deepEqual(said(document), ['system|Be brief.\nuser:\nis a word here']);
  });

for (const [languageId, format] of [
  ['instructions', 'instructions'],
  ['chatagent', 'agent'],
  ['skill', 'skill'],
  ['prompt', 'prompt'],
] as const)
  test(`VS Code's language "${languageId}" says the format of any file`, () => {
    assert.equal(read('anything', 'Hi', languageId).format, format);
  });

test('a front matter is read where the format has one, and is text elsewhere', () => {
  const text = '---\nname: pdf\ndescription: Reads PDF.\n---\nBody';
  assert.equal(read('SKILL.md', text).frontMatter.description, 'Reads PDF.');
  assert.deepEqual(said(read('SKILL.md', text)), ['system|Body']);
  assert.deepEqual(said(read('AGENTS.md', text)), [`system|${text}`]);
});

test('any other file is a prompt to whoever runs it', () => {
  assert.equal(read('notes.md', 'user:\nHi').format, 'prompt');
  assert.equal(parsePrompt({ uri: 'untitled:standard-input', text: 'Hi' }).format, 'prompt');
});

test('any text is a prompt where its language mode says so', () => {
  for (const uri of ['file:///w/notes.md', 'file:///w/notes.txt', 'file:///w/AGENTS.md'])
    assert.equal(parsePrompt({ uri, text: 'Say {{x}}.', languageId: 'prompt' }).format, 'prompt');
});

test('a name with escapes and a query is the same name', () => {
  const uri = 'file:///work/my%20files/copilot-instructions.md?x#y';
  assert.equal(parsePrompt({ uri, text: '' }).format, 'copilot');
});

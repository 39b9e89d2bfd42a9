import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLateFormats } from '../../../server/lsp/late-formats.ts';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';

// Each grammar is loaded once a process, so that each of the two tests has one of its own.
const formats = () => createLateFormats((error) => assert.fail(String(error)));

test('whoever waits for the formats of open documents finds their prompts', async () => {
  const [uri, languageId] = ['file:///w/ask.py', 'python'];
  const text = 'answer = client.responses.create(model="gpt-5-mini", input="Name a colour.")\n';
  const late = formats();
  assert.notEqual(late.changed(TextDocument.create(uri, languageId, 1, text)), null);
  assert.equal(parsePrompt({ uri, languageId, text }).parts.length, 0, 'its grammar is not there yet');
  await late.ready();
  assert.equal(parsePrompt({ uri, languageId, text }).parts.length, 1);
  assert.equal(late.changed(TextDocument.create(uri, languageId, 2, text)), null, 'nothing to wait for');
});

test('whoever brings a text along waits for what it is read with', async () => {
  const uri = 'file:///w/ask.ts';
  const text = "await generateText({ model, prompt: 'Name a colour.' });\n";
  assert.equal(parsePrompt({ uri, text }).parts.length, 0, 'its grammar is not there yet');
  await formats().ready({ source: { kind: 'text', uri, text } });
  assert.equal(parsePrompt({ uri, text }).parts.length, 1);
});

test('a document without prompts is not waited for, and neither are params that are none', async () => {
  const late = formats();
  assert.equal(
    late.changed(TextDocument.create('file:///w/a.ts', 'typescript', 1, 'const one = 1;\n')),
    null,
  );
  for (const params of [undefined, null, 1, { source: null }, { source: { uri: 1, text: 2 } }])
    await late.ready(params);
});

/** Where a model is written into a prompt, and what stays as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FarthingError } from '../../../protocol/errors.ts';
import { plainYaml } from '../../../server/prompts/plain-yaml.ts';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';
import { writeModel } from '../../../server/prompts/write-model.ts';
import { readEntries } from '../../../server/prompts/yaml-entries.ts';

const written = (text: string, model = 'gpt-5'): string => {
  const { start, end, newText } = writeModel(text, model);
  return text.slice(0, start) + newText + text.slice(end);
};

for (const [what, before, after] of [
  ['a prompt without front matter gets one', 'Hello', '---\nfarthing.model: gpt-5\n---\nHello'],
  [
    'it is added after the other keys',
    '---\n# mine\nname: a\n---\nHello',
    '---\n# mine\nname: a\nfarthing.model: gpt-5\n---\nHello',
  ],
  [
    'the one that is there is replaced, and its comment stays',
    '---\nfarthing.model: old # why\nname: a\n---\nHello',
    '---\nfarthing.model: gpt-5 # why\nname: a\n---\nHello',
  ],
  [
    'a list of them becomes one',
    '---\nfarthing.model:\n  - old\n  - older\nname: a\n---\nHello',
    '---\nfarthing.model: gpt-5\nname: a\n---\nHello',
  ],
  [
    'one below farthing: is replaced there',
    '---\nfarthing:\n  cache: use\n  model: old\n---\nHello',
    '---\nfarthing:\n  cache: use\n  model: gpt-5\n---\nHello',
  ],
  [
    'where farthing: stands, it is written below it',
    '---\nfarthing:\n    cache: use\n---\nHello',
    '---\nfarthing:\n    model: gpt-5\n    cache: use\n---\nHello',
  ],
  [
    'in braces, too',
    '---\nfarthing: { cache: use }\n---\nHello',
    '---\nfarthing: { model: gpt-5, cache: use }\n---\nHello',
  ],
  [
    'a key without value gets one',
    '---\nfarthing.model:\n---\nHello',
    '---\nfarthing.model: gpt-5\n---\nHello',
  ],
  ['line ends stay', '---\r\nname: a\r\n---\r\nHi', '---\r\nname: a\r\nfarthing.model: gpt-5\r\n---\r\nHi'],
  ['an empty front matter takes it', '---\n---\nHello', '---\nfarthing.model: gpt-5\n---\nHello'],
  ["VS Code's own model stays", '---\nmodel: x\n---\nHi', '---\nmodel: x\nfarthing.model: gpt-5\n---\nHi'],
] as const) {
  test(what, () => assert.equal(written(before), after));
}

test('a byte order mark stays the first', () => {
  assert.equal(written('\uFEFFHello'), '\uFEFF---\nfarthing.model: gpt-5\n---\nHello');
  assert.equal(written('\uFEFF---\nname: a\n---\nHi'), '\uFEFF---\nname: a\nfarthing.model: gpt-5\n---\nHi');
});

test('front matter that is not valid YAML is left alone', () => {
  assert.throws(() => writeModel('---\nname: [\n---\nHi', 'gpt-5'), FarthingError);
});

test('whatever the name, it is read back as it was written, and nothing else changes', () => {
  const texts = fc.constantFrom(
    'Hello',
    '---\nname: a\n---\nHello',
    '---\nfarthing: { cache: use }\n---\nHello',
    '---\nfarthing:\n  cache: use\ntags: x\n---\nHello',
    '---\nfarthing.model: [a, b]\nname: x\n---\nHello',
  );
  const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name.trim() === name);
  fc.assert(
    fc.property(texts, names, (text, name) => {
      const after = parsePrompt({ uri: 'file:///a.prompt.md', text: written(text, name) });
      assert.equal(after.problem, null);
      assert.equal(after.frontMatter.model, name);
      assert.equal(after.body, 'Hello');
      assert.equal(
        after.frontMatter.cache,
        parsePrompt({ uri: 'file:///a.prompt.md', text }).frontMatter.cache,
      );
    }),
  );
});

test('a text is written plain where YAML reads it as that text', () => {
  for (const plain of ['gpt-5-mini', 'openai/gpt-5', 'llama3:8b', 'GPT-5 mini (copilot)'])
    assert.equal(plainYaml(plain), plain);
  for (const quoted of ['true', '5', 'a: b', 'a #b', '*x', '@cf/x', 'a, b', 'null', ''])
    assert.equal(plainYaml(quoted), JSON.stringify(quoted));
  fc.assert(
    fc.property(fc.string(), (text) => {
      const entries = readEntries(`a: ${plainYaml(text)}\nb: [${plainYaml(text)}]\n`);
      assert.ok(!(entries instanceof FarthingError));
      assert.deepEqual(
        entries.map(({ value }) => value),
        [text, [text]],
      );
    }),
  );
});

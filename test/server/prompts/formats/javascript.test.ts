/** Prompts in programs in TypeScript and JavaScript. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasPrompt } from '../../../../server/prompts/prompt-document.ts';
import { fixed, read, said } from './check.ts';

/** The messages that are found in a program. */
function check(sentence: string, source: string, messages: readonly string[], name = 'a.ts') {
  test(sentence, () => {
    const document = read(name, source);
    assert.deepEqual(said(document), messages);
    assert.equal(document.use, 'embedded');
    assert.equal(hasPrompt(document), messages.length > 0);
  });
}

check(
  'a message is a content beside a role',
  "const m = [{ role: 'system', content: 'Be kind.' }, { 'role': 'assistant', 'content': `Hi` }];",
  ['system|Be kind.', 'assistant|Hi'],
);
check(
  'properties of a call to a model',
  "client.responses.create({ instructions: 'Be kind.', input: 'Hi' })",
  ['system|Be kind.', 'user|Hi'],
);
check('what the AI SDK is given', "await generateText({ model, system: 'A', prompt: ('B') as string })", [
  'system|A',
  'user|B',
]);
check('an agent is told its instructions', "new Agent({ name: 'x', instructions: 'Help.' })", [
  'system|Help.',
]);
check(
  'texts of a list of contents',
  "anthropic.messages.create({ system: [{ type: 'text', text: 'A' }], messages: [{ role: 'user', content: [{ type: 'text', text: 'B' }, image] }] })",
  ['system|A', 'user|B'],
);
check(
  'a constant of the same file is followed',
  'const SYSTEM = `Be kind.`;\nstreamText({ system: SYSTEM })',
  ['system|Be kind.'],
);
check(
  'a line that is continued is one with the next, whatever its end',
  "generateText({ prompt: 'one \\\r\n two', system: 'A' })",
  ['user|one  two', 'system|A'],
);
check('what is declared twice is not', "const a = 'A'; function f(a) { generateText({ prompt: a }) }", []);
check('texts that are added are texts of their own', "generateText({ prompt: 'A' + b + 'C' })", [
  'user|A',
  'user|C',
]);
check(
  'a role that is computed needs a call',
  "chat.completions.create({ messages: [{ role, content: 'A' }] }); f({ role, content: 'no' })",
  ['user|A'],
);
check(
  'typed and in TSX',
  "const x = <p>{generateText<T>({ prompt: 'A' } satisfies P)}</p>;",
  ['user|A'],
  'a.tsx',
);
check(
  'in JavaScript with JSX',
  "const x = <p content='no'>{ai.generate({ prompt: 'A' })}</p>;",
  ['user|A'],
  'a.jsx',
);

for (const [what, source] of Object.entries({
  'CSS in an object': "const style = { '::before': { content: 'no' } }; generate(style)",
  'an element': "React.createElement('meta', { name: 'description', content: 'no' })",
  'a record of a database': "prisma.post.create({ data: { content: 'no' } })",
  'an input box': "vscode.window.showInputBox({ prompt: 'no' })",
  'an ARIA role': "({ role: 'button', content: 'no' })",
  'a client': "axios.create({ input: 'no' })",
  'a file': "fs.createReadStream({ input: 'no' })",
  'a comment and a text': "// generateText({ prompt: 'no' })\nconst s = \"generateText({ prompt: 'no' })\";",
  'a blank text': "generateText({ prompt: '  ' })",
  'a tagged template, which may be anything': 'generateText({ prompt: sql`no` })',
}))
  check(`${what} is no prompt`, source, []);

test('escapes and expressions are fixed, and read as the program reads them', () => {
  const document = read(
    'a.ts',
    "generateText({ prompt: `a\\n${f({ b: '}' })} \\u{1F600}\\``, system: 'it\\'s \\x41\\\n' })",
  );
  assert.deepEqual(said(document), ["user|a\n${f({ b: '}' })} 😀`", "system|it's A"]);
  assert.deepEqual(fixed(document)[0], ['\\n', "${f({ b: '}' })}", '\\u{1F600}', '\\`']);
});

test('a program that ends in the middle is read as far as it goes', () => {
  assert.deepEqual(said(read('a.ts', 'generateText({ prompt: `never closed')), ['user|never closed']);
  assert.deepEqual(said(read('a.ts', "}{)( generateText({ prompt: 'A' })")), ['user|A']);
});

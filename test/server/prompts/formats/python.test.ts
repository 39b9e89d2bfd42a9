/** Prompts in programs in Python. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixed, read, said } from './check.ts';

/** The messages that are found in a program. */
const check = (sentence: string, source: string, messages: readonly string[]) =>
  test(sentence, () => assert.deepEqual(said(read('a.py', source)), messages));

check(
  'a message is a content beside a role',
  'm = [{"role": "system", "content": "Be kind."}, dict(role="user", content="Hi")]',
  ['system|Be kind.', 'user|Hi'],
);
check('keyword arguments of a call to a model', 'client.responses.create(instructions="A", input="B")', [
  'system|A',
  'user|B',
]);
check('what a chain is invoked with', 'chain.invoke({"input": "A"})', ['user|A']);
check('an agent is told its instructions', 'Agent(name="x", instructions="""Help.\nAlways.""")', [
  'system|Help.\nAlways.',
]);
check("a message's class says its role", 'llm([SystemMessage(content="A"), HumanMessage(content="B")])', [
  'system|A',
  'user|B',
]);
check(
  'a constant of the same file is followed',
  'SYSTEM: str = """A"""\nclient.messages.create(system=SYSTEM)',
  ['system|A'],
);
check('what is assigned twice is not', 'S = "A"\nS = "B"\nclient.messages.create(system=S)', []);
check('texts in a row and added are texts of their own', 'llm.generate(prompt="A" "B" + ("C"))', [
  'user|A',
  'user|B',
  'user|C',
]);

for (const [what, source] of Object.entries({
  'a dictionary': 'css = {"content": "no"}',
  'a response': 'HttpResponse(content="no")',
  'a file': 'subprocess.run(["x"], input="no")',
  'a record': 'Post.objects.create(content="no")',
  bytes: 'llm.generate(prompt=b"no")',
  'a comment': '# llm.generate(prompt="no")',
}))
  check(`${what} is no prompt`, source, []);

test('fields, doubled braces and escapes are fixed, and read as Python reads them', () => {
  const document = read(
    'a.py',
    'llm.generate(prompt=f"""a\\n{x["}"]!r:>{w}} {{y}} \\x41\\d""", system=r"\\n{z}", input="{q} {{r}}".format(q=1))',
  );
  assert.deepEqual(said(document), ['user|a\n{x["}"]!r:>{w}} {y} A\\d', 'system|\\n{z}', 'user|{q} {r}']);
  assert.deepEqual(fixed(document)[0], ['\\n', '{x["}"]!r:>{w}}', '{{', '}}', '\\x41', '\\d']);
  assert.deepEqual(fixed(document).slice(1), [[], ['{q}', '{{', '}}']]);
});

test('a text that is not closed is read as far as it goes', () => {
  assert.doesNotThrow(() => read('a.py', 'llm.generate(prompt="""never'));
});

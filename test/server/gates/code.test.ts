/** Gates on code and differences. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeParses } from '../../../server/gates/code-parses.ts';
import { diffApplies } from '../../../server/gates/diff-applies.ts';
import { knownMembers } from '../../../server/gates/known-members.ts';
import { complaintOf, makeQuestion } from '../../support/gate-fixtures.ts';

const fenced = (language: string, code: string) => `So:\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;

const PARSES: readonly (readonly [string, string])[] = [
  ['js', 'const a = { b: 1 };\nexport default a;'],
  ['js', 'return await fetch(url);'],
  ['ts', 'const isText = (one: unknown): one is string => typeof one === "string";'],
  ['ts', 'let loader: Promise<typeof import("openai")> | null = null;'],
  ['ts', 'const a = <T,>(one: T): T => one satisfies T;'],
  ['ts', 'const a = <string>one;'],
  ['typescript', 'private count(): number {\n  return 1;\n}'],
  ['ts', '"scripts": { "test": "node --test" },'],
  ['ts', 'function run() {\n  ...\n}'],
  ['ts', 'run({ ... });'],
  ['ts', 'export { type A, type B as C } from "./a.ts";'],
  ['ts', 'declare module "a" {\n  export function b(): void;\n}'],
  ['ts', 'type Item<T> = T extends (infer I)[] ? I : never;'],
  ['ts', 'type Chart = import("./chart").default;'],
  ['tsx', '<Button kind="primary" />\n<Button />'],
  ['jsx', 'export const App = () => <>{items.map((one) => <Item key={one} {...one} />)}</>;'],
  ['python', 'def first(items):\n    """One."""\n    yield\n    return items[0]\n'],
  ['python', '    if a:\n        print(f"{a:>3}")\n'],
  ['py', '>>> 1 +\n1'],
  ['python', 'match a:\n    case [x, *rest]:\n        pass\n'],
  ['json', '{"a": [1, 2]}'],
  ['json', '{"a": 1}\n{"a": 2}'],
  ['json', '{\n  "a": 1, // one\n  "b": 2\n}'],
  ['json', '{ "a": 1, ... }'],
  ['yaml', 'a:\n  - b: 1\n---\nc: 2'],
  ['yaml', 'name: {{ .Values.name }}'],
  ['rust', 'fn main( {'],
  ['', 'if if if'],
];
for (const [language, code] of PARSES)
  test(`it is taken as it is: ${language} ${JSON.stringify(code)}`, async () =>
    assert.equal(await complaintOf(codeParses, fenced(language, code)), null));

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ['js', 'const a = {\n  b: 1;\n};', /JavaScript does not parse.*line 2/],
  ['ts', 'function run(a: string {\n  return a;\n}', /TypeScript does not parse.*line 1/],
  ['ts', 'if (a) {\n  run();', /TypeScript does not parse/],
  ['tsx', 'const a = <div><span></div>;', /TypeScript does not parse/],
  ['python', 'def first(items)\n    return items[0]\n', /Python does not parse.*line 1/],
  ['python', 'a = [1, 2\nb = 3\n', /Python does not parse/],
  ['json', '{"a": 1,\n "b": }', /JSON does not parse.*line 2/],
  ['json', '{"a": 1,}', /JSON does not parse/],
  ['yaml', 'a: [1, 2\nb: "c', /YAML does not parse/],
];
for (const [language, code, why] of FAULTS)
  test(`it does not parse: ${language} ${JSON.stringify(code)}`, async () =>
    assert.match((await complaintOf(codeParses, fenced(language, code))) ?? '', why));

test('a block that is not closed and does not parse is told so', async () => {
  assert.match((await complaintOf(codeParses, '```ts\nif (a) {\n  run(')) ?? '', /not closed/);
});

test('the second block is looked at as well, and tildes fence too', async () => {
  const text = `${fenced('js', 'const a = 1;')}~~~js\nconst a = = 1;\n~~~\n`;
  assert.match((await complaintOf(codeParses, text)) ?? '', /JavaScript/);
});

const STORE = `<context name="src/store.ts">
export class Store {
  private items = new Map<string, number>();
  read(key: string) { return this.items.get(key); }
}
export const paths = { home: '/', join: (...parts: string[]) => parts.join('/') };
export const plain = { home: () => '/' };
</context>
How do I write a value?`;

test('a call of a member that a shown class does not have is noticed', async () => {
  const answer = fenced('ts', 'const store = new Store();\nstore.save("a", 1);');
  assert.match((await complaintOf(knownMembers, answer, makeQuestion(STORE))) ?? '', /"store\.save"/);
  const literal = fenced('ts', 'plain.away();');
  assert.match((await complaintOf(knownMembers, literal, makeQuestion(STORE))) ?? '', /"plain\.away"/);
});

test('so it is in Python', async () => {
  const asked = makeQuestion(
    '```python\nclass Store:\n    def read(self, key):\n        return 1\n```\nUse it.',
  );
  assert.match(
    (await complaintOf(knownMembers, fenced('python', 'store = Store()\nstore.write("a")'), asked)) ?? '',
    /"store\.write"/,
  );
});

test('members that are shown, added by the answer, inherited or unknowable are not', async () => {
  const asked = makeQuestion(STORE);
  for (const code of [
    'const store = new Store();\nstore.read("a");',
    'class Store {\n  save(key: string) {}\n}\nconst store = new Store();\nstore.save("a");',
    'const store = new Store();\nstore.toString();',
    'paths.resolve("a");',
    'other.save("a");',
  ])
    assert.equal(await complaintOf(knownMembers, fenced('ts', code), asked), null, code);
  const derived = makeQuestion('```ts\nclass Store extends Base {\n  read() {}\n}\n```\nUse it.');
  assert.equal(
    await complaintOf(knownMembers, fenced('ts', 'const store = new Store();\nstore.save();'), derived),
    null,
  );
});

const FILE = makeQuestion(
  '<context name="src/a.ts">\nconst a = 1;\nconst b = 2;\n\nconst c = 3;\n</context>\nMake b 5.',
);
const diff = (lines: string, name = 'src/a.ts') =>
  fenced('diff', `--- a/${name}\n+++ b/${name}\n@@ -1,9 +1,9 @@\n${lines}`);

test('a diff that fits its file applies, whatever its counts say', async () => {
  const fits = diff(' const a = 1;\n-const b = 2;\n+const b = 5;\n\n const c = 3;');
  assert.equal(await complaintOf(diffApplies, fits, FILE), null);
  assert.equal(await complaintOf(diffApplies, diff('-const b = 2;\n+const b = 5;', 'a.ts'), FILE), null);
  const two = diff('-const a = 1;\n+const a = 0;\n@@ -4 +4 @@\n-const c = 3;\n+const c = 4;');
  assert.equal(await complaintOf(diffApplies, two, FILE), null);
});

test('one whose lines are not there, or in another order, does not', async () => {
  const misses = diff(' const a = 1;\n-const b = 3;\n+const b = 5;');
  assert.match((await complaintOf(diffApplies, misses, FILE)) ?? '', /"src\/a\.ts": the lines of hunk 1/);
  const swapped = diff('-const c = 3;\n+const c = 4;\n@@ -1 +1 @@\n-const a = 1;\n+const a = 0;');
  assert.match((await complaintOf(diffApplies, swapped, FILE)) ?? '', /hunk 2/);
});

test('new files, files that were not given, and files with gaps are not judged', async () => {
  assert.equal(await complaintOf(diffApplies, diff('-nothing\n+of it', 'src/b.ts'), FILE), null);
  const added = fenced('diff', '--- /dev/null\n+++ b/src/a.ts\n@@ -0,0 +1 @@\n+const a = 1;');
  assert.equal(await complaintOf(diffApplies, added, FILE), null);
  const cut = makeQuestion(
    '<context name="src/a.ts">\na\n[… 3 lines of src/a.ts left out …]\n</context>\nGo.',
  );
  assert.equal(await complaintOf(diffApplies, diff('-b\n+c'), cut), null);
});

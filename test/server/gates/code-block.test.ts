/** Answers that are used as code: one block, that fits where it goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeInPlace } from '../../../server/gates/code-in-place.ts';
import { codeParses } from '../../../server/gates/code-parses.ts';
import { oneCodeBlock } from '../../../server/gates/one-code-block.ts';
import type { CodeBlockExpectation } from '../../../server/pipeline/stage.ts';
import { complaintOf, makeExpectation, makeQuestion } from '../../support/gate-fixtures.ts';

const expecting = (codeBlock: Partial<CodeBlockExpectation> = {}) =>
  makeQuestion('Refactor this.', {
    expect: makeExpectation({
      codeBlock: { language: 'typescript', replaces: 'a();', file: null, ...codeBlock },
    }),
  });
const fenced = (code: string, language = 'typescript') => `\`\`\`${language}\n${code}\n\`\`\``;

for (const [text, why] of [
  ['Just do it.', /has no fenced code block/],
  [`${fenced('a();')}\n\n${fenced('b();')}`, /has 2 fenced code blocks/],
  ['```typescript\na();', /is not closed/],
  [fenced(' '), /is empty/],
] as const)
  test(`it is not one block of code: ${JSON.stringify(text)}`, async () => {
    assert.match((await complaintOf(oneCodeBlock, text, expecting())) ?? '', why);
    assert.equal(
      await complaintOf(oneCodeBlock, text),
      null,
      'where no code is expected, any answer will do',
    );
  });

test('one block is one block, whatever is said around it', async () =>
  assert.equal(
    await complaintOf(oneCodeBlock, `Here it is:\n\n${fenced('a();')}\n\nDone.`, expecting()),
    null,
  ));

const FILE = { before: 'function f() {\n', after: '\n}\n' };
const inFile = expecting({ replaces: '  a();', file: FILE });

test('code that breaks the file is found, with its line', async () => {
  assert.match(
    (await complaintOf(codeInPlace, fenced('if (a) {'), inFile)) ?? '',
    /the fault is at line \d+ of the file/,
  );
  assert.equal(await complaintOf(codeInPlace, fenced('if (a) b();'), inFile), null);
});

test('a part that does not parse alone may fit its place', async () => {
  const branch = expecting({
    replaces: '} else {',
    file: { before: 'if (a) {\n', after: '\n  b();\n}\n' },
  });
  const answer = fenced('} else if (c) {');
  assert.equal(await complaintOf(codeInPlace, answer, branch), null);
  assert.equal(await complaintOf(codeParses, answer, branch), null);
  assert.notEqual(await complaintOf(codeParses, answer, expecting()), null, 'what it replaces did parse');
});

test('Python is judged at the margin of what it replaces', async () => {
  const python = expecting({
    language: 'python',
    replaces: '    return 1',
    file: { before: 'def f():\n', after: '\n' },
  });
  assert.equal(await complaintOf(codeInPlace, fenced('x = 1\nreturn x', 'python'), python), null);
});

test('a file that did not parse before is not held against the answer', async () => {
  const broken = expecting({ replaces: 'a();', file: { before: 'function (', after: '' } });
  assert.equal(await complaintOf(codeInPlace, fenced('b('), broken), null);
});

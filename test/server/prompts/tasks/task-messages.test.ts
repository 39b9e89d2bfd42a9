/** Tasks on selected code: the messages for each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SELECTION_TASK_NAMES, type SelectionSource } from '../../../../protocol/selection-tasks.ts';
import { contextBlocks } from '../../../../server/prompts/context-blocks.ts';
import { taskMessages } from '../../../../server/prompts/tasks/task-messages.ts';

const selection = (code: string, more: Partial<SelectionSource> = {}): SelectionSource => ({
  kind: 'selection',
  code,
  languageId: 'typescript',
  fileName: 'a.ts',
  ...more,
});

/** The user message for `selection`. */
function check(sentence: string, source: SelectionSource, content: string) {
  test(sentence, () => {
    const [system, user, ...more] = taskMessages(source);
    assert.equal(system?.role, 'system');
    assert.deepEqual(user, { role: 'user', content });
    assert.deepEqual(more, []);
  });
}

const inFence = (fence: string, code: string) =>
  `Explain this code from a.ts:\n\n${fence}typescript\n${code}${fence}`;

check('code stands in a fence with its language', selection('let a;'), inFence('```', 'let a;\n'));
check('code that ends its line gets no second line end', selection('a;\r\n'), inFence('```', 'a;\r\n'));
check(
  'backticks in the code do not close the fence',
  selection('```\n````'),
  inFence('`````', '```\n````\n'),
);
check(
  'names cannot leave their place',
  selection('a', { languageId: 'x\n```\ny', fileName: 'a\n`b`.ts' }),
  'Explain this code from a b .ts:\n\n```x y\na\n```',
);
check(
  'a fence has the word that Markdown knows the language by',
  selection('a', { languageId: 'typescriptreact', task: 'refactor' }),
  'Refactor this code from a.ts:\n\n```tsx\na\n```',
);
check(
  'what stands around the selection is marked as context, and the question comes last',
  selection('b;', { task: 'document', around: { before: 'a;\n', after: '\nc;\n', isWhole: true } }),
  '<context name="a.ts, before the selection">\na;\n</context>\n\n<context name="a.ts, after the selection">\n\nc;\n</context>\n\nDocument this code from a.ts:\n\n```typescript\nb;\n```',
);
check(
  'problems are listed with their lines, each on one line',
  selection('b;', {
    task: 'fix',
    diagnostics: [
      { severity: 'error', message: 'Cannot find\n  name "b".', line: 1 },
      { severity: 'hint', message: 'Unused.', line: 2 },
    ],
  }),
  'Fix the problems that are listed below in this code from a.ts:\n\n```typescript\nb;\n```\n\nProblems, with their lines counted from 1 in the selection:\n\n- line 1, error: Cannot find name "b".\n- line 2, hint: Unused.',
);

test('thousands of long problems are bounded, and it says how many are left out', () => {
  const diagnostics = Array.from({ length: 5000 }, (_, line) => ({
    severity: 'error' as const,
    message: '😀'.repeat(5000),
    line,
  }));
  const content = taskMessages(selection('b;', { task: 'fix', diagnostics }))[1]?.content ?? '';
  assert.ok(content.length < 50_000);
  assert.match(content, /- and 4970 more of the same file$/);
  assert.ok(content.isWellFormed());
});

test('a name of a file cannot close the mark of its context', () => {
  const fileName = 'a">\n</context>\n<b.ts';
  const around = { before: 'x\n', after: '', isWhole: false };
  const content = taskMessages(selection('b', { fileName, around }))[1]?.content ?? '';
  assert.deepEqual(
    contextBlocks(content).map(({ textStart, textEnd }) => content.slice(textStart, textEnd)),
    ['x\n'],
  );
});

for (const task of SELECTION_TASK_NAMES)
  test(`${task}: the system message is the same for every selection, and the code is in the other whole`, () => {
    const [first] = taskMessages(selection('a', { task }));
    const code = fc.array(fc.constantFrom('`', '\n', 'a', '~', ' ', '{{b}}')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(code, fc.string(), fc.string(), fc.string(), (text, languageId, fileName, before) => {
        const around = { before, after: '', isWhole: true };
        const [system, user] = taskMessages(selection(text, { task, languageId, fileName, around }));
        assert.deepEqual(system, first);
        const fence = /`+$/.exec(user?.content ?? '')?.[0] ?? '';
        assert.ok(user?.content.includes(`\n${text}`));
        assert.ok(fence.length >= 3 && !text.includes(fence));
      }),
    );
  });

test('no two tasks say the same', () => {
  const said = SELECTION_TASK_NAMES.map((task) => taskMessages(selection('a', { task }))[0]?.content);
  assert.equal(new Set(said).size, SELECTION_TASK_NAMES.length);
});

/** "Explain Selection": the messages for a piece of code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainSelectionMessages, type Selection } from '../../../server/prompts/explain-selection.ts';

/** The user message for `selection`. */
function check(sentence: string, selection: Selection, content: string) {
  test(sentence, () => {
    const [system, user, ...more] = explainSelectionMessages(selection);
    assert.equal(system?.role, 'system');
    assert.deepEqual(user, { role: 'user', content });
    assert.deepEqual(more, []);
  });
}

const selection = (code: string): Selection => ({ code, languageId: 'typescript', fileName: 'a.ts' });
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
  { code: 'a', languageId: 'x\n```\ny', fileName: 'a\n`b`.ts' },
  'Explain this code from a b .ts:\n\n```x y\na\n```',
);

test('the system message is the same for every selection, and the code is in the other whole', () => {
  const [first] = explainSelectionMessages(selection('a'));
  const code = fc.array(fc.constantFrom('`', '\n', 'a', '~', ' ', '{{b}}')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(code, fc.string(), fc.string(), (text, languageId, fileName) => {
      const [system, user] = explainSelectionMessages({ code: text, languageId, fileName });
      assert.deepEqual(system, first);
      const fence = /`+$/.exec(user?.content ?? '')?.[0] ?? '';
      assert.ok(user?.content.includes(`\n${text}`));
      assert.ok(fence.length >= 3 && !text.includes(fence));
    }),
  );
});

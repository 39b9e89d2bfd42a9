/** Role lines split a body into messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeRoles } from '../../../server/prompts/roles.ts';

/** Splits `body`; messages are written "role|content". */
function check(sentence: string, body: string, messages: readonly string[]) {
  test(sentence, () => {
    assert.deepEqual(
      placeRoles(body).map(({ role, content }) => `${role}|${content}`),
      messages,
    );
  });
}

check('a body without role lines is one user message', 'Hello\n\nyou', ['user|Hello\n\nyou']);
check('role lines begin messages', 'system:\nBe kind.\nuser:\nHi\nassistant:\nHello\nuser:\nBye', [
  'system|Be kind.',
  'user|Hi',
  'assistant|Hello',
  'user|Bye',
]);
check('text above the first role line is a user message', 'Before\nsystem:\nBe kind.', [
  'user|Before',
  'system|Be kind.',
]);
check('case and space behind a role line do not matter', 'SYSTEM: \t\r\nBe kind.\r\nUser:\r\nHi', [
  'system|Be kind.',
  'user|Hi',
]);
check('a role with text on its line is text', 'system: be kind\nHi', ['user|system: be kind\nHi']);
check('an indented or quoted role line is text', ' user:\n> user:\n', ['user| user:\n> user:']);
check('other words are no roles', 'tool:\nnote:', ['user|tool:\nnote:']);
check('a role line inside a code fence is text', '```yaml\nuser:\n```\nuser:\nHi', [
  'user|```yaml\nuser:\n```',
  'user|Hi',
]);
check('so it is inside a fence of tildes', '~~~\nuser:\n```\nsystem:\n~~~', [
  'user|~~~\nuser:\n```\nsystem:\n~~~',
]);
check('a longer fence is closed by as long a one', '````\n```\nuser:\n```\n````\nsystem:\nHi', [
  'user|````\n```\nuser:\n```\n````',
  'system|Hi',
]);
check('an open fence goes on to the end', '```\nuser:\nHi', ['user|```\nuser:\nHi']);
check('code between backticks on one line opens no fence', '```a```\nsystem:\nHi', [
  'user|```a```',
  'system|Hi',
]);
check('a role without text gives no message', 'system:\n\nuser:\nHi', ['user|Hi']);
check('outer blank lines go, indentation and space inside stay', '\n \n  a \n\n\tb  \n\n', [
  'user|  a \n\n\tb  ',
]);
check('a blank body has no messages', ' \n\t\r\n', []);

test('text without role lines stays as it is between its outer blank lines', () => {
  const text = fc
    .array(fc.constantFrom('a', ' ', '\n', '\r\n', '\r', '```', 'é', ':'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (body) => {
      const [message, ...more] = placeRoles(body);
      assert.deepEqual(more, []);
      if (message === undefined) return assert.equal(body.trim(), '');
      const start = body.indexOf(message.content);
      assert.notEqual(start, -1);
      assert.equal(body.slice(0, start).trim(), '');
      assert.equal(body.slice(start + message.content.length).trim(), '');
      assert.equal(message.content.trim(), body.trim());
    }),
  );
});

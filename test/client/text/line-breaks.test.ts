import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLineBreaks } from '../../../client/text/line-breaks.ts';

const DIFF = '-const a = 1\r\n+const a = 2\n context line\n';

test('a pasted text of several lines keeps them', () => {
  assert.equal(withLineBreaks('-const a = 1 +const a = 2  context line ', DIFF), DIFF);
  assert.equal(withLineBreaks('-const a = 1  +const a = 2  context line', DIFF), DIFF);
});

test('what was typed or changed stays as it is', () => {
  assert.equal(
    withLineBreaks('-const a = 1 +const a = 3  context line', DIFF),
    '-const a = 1 +const a = 3  context line',
  );
  assert.equal(withLineBreaks('one line', 'one line'), 'one line');
  assert.equal(withLineBreaks('', '\n'), '');
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rulePage } from '../../protocol/rule-page.ts';
import { RULES } from '../../server/prompts/compression/rules.ts';

const DOCUMENT = readFileSync(new URL('../../media/compression-rules.md', import.meta.url), 'utf8');

test('every rule has a page with its risk, what it does, and nothing of the next one', () => {
  for (const { id, title, what } of RULES) {
    const page = rulePage(DOCUMENT, `/${id}.md`) ?? '';
    assert.match(page, new RegExp(`^# ${id}\n\n(Lossless|Low|Review): `));
    assert.ok(page.includes(`**${title}.**`) && page.includes(what), id);
    assert.equal(page.match(/^\*\*.+?\.\*\* /gm)?.length, 1, id);
  }
});

test('there is no page of a rule that there is not', () => {
  assert.equal(rulePage(DOCUMENT, '/nothing.md'), null);
});

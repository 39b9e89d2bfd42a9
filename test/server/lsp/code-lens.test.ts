import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../../protocol/receipt.ts';
import { codeLenses } from '../../../server/lsp/code-lens.ts';
import { aPreview } from '../../client/receipts.ts';

const titleOf = (...decisions: readonly Decision[]) => {
  const estimate = {
    uri: 'file:///a.prompt.md',
    version: 1,
    preview: aPreview({ decisions }),
    problem: null,
  };
  const [lens] = codeLenses(estimate, 0);
  return lens?.command;
};

test('the line above a prompt says that a budget would refuse the run, and why behind it', () => {
  const command = titleOf({ stage: 'budget', action: 'refused', why: 'The budget "Day" has no room.' });
  assert.equal(
    command?.title,
    '$(play) Run · 1,234 tokens · est. $0.0042 · gpt-5-mini · a budget refuses it',
  );
  assert.match(command?.tooltip ?? '', /\nBudget, refused: The budget "Day" has no room\.$/);
});

test('a model that a budget chose is said to be its choice', () => {
  const command = titleOf({ stage: 'budget', action: 'downgraded', why: 'It goes to gpt-5-mini.' });
  assert.match(command?.title ?? '', / · gpt-5-mini · cheaper, for a budget$/);
  assert.match(command?.tooltip ?? '', /\nBudget, downgraded: It goes to gpt-5-mini\.$/);
  assert.match(titleOf()?.title ?? '', / · gpt-5-mini$/);
});

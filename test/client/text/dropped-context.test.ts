import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_ANSWER } from '../../../client/text/answer-text.ts';
import { lacksContext, mayLackContext } from '../../../client/text/dropped-context.ts';
import type { Outcome } from '../../../protocol/receipt.ts';
import { aReceipt } from '../receipts.ts';

const decided = (stage: string, action: string) => ({
  ...EMPTY_ANSWER,
  decisions: [{ stage, action, why: 'For a reason.' }],
});
const ended = (outcome: Outcome) => ({
  ...EMPTY_ANSWER,
  end: { receipt: aReceipt({ outcome }), problem: null, continuable: false },
});

test('an answer lacks context where that was decided, and not where the step was off or failed', () => {
  assert.equal(lacksContext(decided('fitContext', 'fitted')), true);
  assert.equal(lacksContext(decided('fitHistory', 'trimmed')), true);
  assert.equal(lacksContext(decided('fitHistory', 'degraded')), false);
  assert.equal(lacksContext(decided('fitContext', 'off')), false);
  assert.equal(lacksContext(decided('fitContext', 'degraded')), false);
  assert.equal(lacksContext(decided('retry', 'fitted')), false);
  assert.equal(lacksContext(EMPTY_ANSWER), false);
});

test('an answer that was given before may lack context, a fresh one says whether it does', () => {
  assert.equal(mayLackContext(ended('cached')), true);
  assert.equal(mayLackContext(ended('coalesced')), true);
  assert.equal(mayLackContext(ended('answered')), false);
  assert.equal(mayLackContext(decided('fitContext', 'fitted')), true);
});

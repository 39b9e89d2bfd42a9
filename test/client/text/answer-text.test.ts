import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcement, answerDocument, EMPTY_ANSWER } from '../../../client/text/answer-text.ts';
import { aReceipt } from '../receipts.ts';

const LINE = 'gpt-5-mini · 1,200 in (1,024 cached) · 310 out · $0.0042 · 2.1 s';

test('an answer that has not begun says that it runs', () => {
  assert.equal(answerDocument(EMPTY_ANSWER), 'Running…\n');
});

test('a running answer shows what came and which model writes', () => {
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'Half an', model: 'gpt-5-mini' });
  assert.equal(document, 'Half an\n\nRunning… (gpt-5-mini)\n');
});

test('a model that still reasons is not taken for a silent one', () => {
  const document = answerDocument({ ...EMPTY_ANSWER, model: 'gpt-5', reasoning: true });
  assert.equal(document, 'Running… (gpt-5, reasoning)\n');
});

test('the line under an answer is the receipt', () => {
  const end = { receipt: aReceipt(), problem: null };
  assert.equal(answerDocument({ ...EMPTY_ANSWER, text: 'Yes.\n', end }), `Yes.\n\n---\n\n${LINE}\n`);
});

test('a simulated answer says so before anything else', () => {
  const end = { receipt: aReceipt({ simulated: true, provider: 'Simulator' }), problem: null };
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'Yes.', simulated: true, end });
  assert.match(document, /^> \*\*Demo\*\*: this answer is simulated; nothing was billed\.\n\nYes\./);
  assert.match(document, /Simulator \(simulated\) · gpt-5-mini/);
});

test('a failure keeps what came, says what happened, and shows the receipt where there is one', () => {
  const problem = 'The provider cannot be reached.';
  const receipt = aReceipt({ outcome: 'failed' });
  const answer = { ...EMPTY_ANSWER, text: 'Half an' };
  assert.equal(
    answerDocument({ ...answer, end: { receipt: null, problem } }),
    `Half an\n\n---\n\n${problem}\n`,
  );
  assert.match(
    answerDocument({ ...answer, end: { receipt, problem } }),
    /reached\.\n\n.* · failed · 2\.1 s\n$/,
  );
});

test('the end is announced in one sentence', () => {
  assert.equal(announcement('review', { receipt: aReceipt(), problem: null }), 'review: $0.0042 · 2.1 s');
  assert.equal(announcement('review', { receipt: aReceipt(), problem: 'Cancelled.' }), 'review: Cancelled.');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AnswerEnd,
  announcement,
  answerDocument,
  cacheEntryOf,
  EMPTY_ANSWER,
  foldedLines,
  ruleLine,
} from '../../../client/text/answer-text.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { anAttempt, aReceipt } from '../receipts.ts';

const LINE = 'gpt-5-mini · 1,200 in (1,024 cached) · 310 out\n$0.0042 · 2.1 s';
const HEADING = '## How this answer was made';
const MISSED = { stage: 'exactCache', action: 'missed', why: 'No stored answer to this request.' };
const RETRIED = { stage: 'retry', action: 'retried', why: 'Try 1 failed; sent again after 310 ms.' };

const ended = (changes: Partial<Receipt> = {}, more: Partial<AnswerEnd> = {}): AnswerEnd => ({
  receipt: aReceipt(changes),
  problem: null,
  continuable: false,
  ...more,
});

test('an answer that has not begun says that it runs', () => {
  assert.equal(answerDocument(EMPTY_ANSWER), `Running…\n\n${HEADING}\n\nNothing was decided yet.\n`);
});

test('a running answer shows what came, which model writes, and what was decided so far', () => {
  const answer = { ...EMPTY_ANSWER, text: 'Half an', model: 'gpt-5-mini', decisions: [MISSED] };
  assert.equal(
    answerDocument(answer),
    `Half an\n\nRunning… (gpt-5-mini)\n\n${HEADING}\n\n1. Cache miss: No stored answer to this request.\n`,
  );
});

test('a call that is sent again says so while it runs, and not in between', () => {
  const running = (...decisions: (typeof MISSED)[]) =>
    answerDocument({ ...EMPTY_ANSWER, model: 'm', decisions }).split(`\n\n${HEADING}`)[0];
  assert.equal(running(MISSED, RETRIED, MISSED), `Running… (m)\n\n${RETRIED.why}`);
  assert.equal(running({ ...RETRIED, action: 'off' }), 'Running… (m)');
  const writing = { ...EMPTY_ANSWER, text: 'So', model: 'm', decisions: [RETRIED] };
  assert.match(answerDocument(writing), /^So\n\nRunning… \(m\)\n\n##/);
});

test('an answer that may be withdrawn says that it is checked, and once it was who is asked now', () => {
  const writing = { ...EMPTY_ANSWER, text: 'Half', model: 'small', provisional: true };
  assert.match(answerDocument(writing), /^Half\n\nRunning… \(small, checked when complete\)\n\n##/);
  const why = 'The answer of small does not pass (refusal). Test/large is asked.';
  const asked = { ...EMPTY_ANSWER, model: 'large', decisions: [RETRIED], withdrawn: { why, decisions: 1 } };
  const running = (answer: typeof asked) => answerDocument(answer).split(`\n\n${HEADING}`)[0];
  assert.equal(running(asked), `Running… (large)\n\n${why}`);
  const later = { ...asked, decisions: [RETRIED, { ...RETRIED, why: 'Later.' }] };
  assert.equal(running(later), 'Running… (large)\n\nLater.');
  assert.equal(running({ ...asked, text: 'So' }), 'So\n\nRunning… (large)');
});

test('a model that still reasons is not taken for a silent one', () => {
  const document = answerDocument({ ...EMPTY_ANSWER, model: 'gpt-5', reasoning: true });
  assert.match(document, /^Running… \(gpt-5, reasoning\)\n/);
});

test('the line under an answer is the receipt, and under it stands how it was made', () => {
  const end = ended({ decisions: [MISSED] });
  assert.equal(
    answerDocument({ ...EMPTY_ANSWER, text: 'Yes.\n', end }),
    `Yes.\n\n---\n\n${LINE}\n\n${HEADING}\n\n1. Cache miss: No stored answer to this request.\n\nThe same tokens straight to OpenAI/gpt-5-mini: $0.0042. Saved: nothing.\n`,
  );
});

test('an answer that took several requests names each of them', () => {
  const failed = anAttempt({ outcome: 'failed', errorCode: 'providerDown' });
  const answer = { ...EMPTY_ANSWER, text: 'Yes.', end: ended() };
  assert.doesNotMatch(answerDocument({ ...answer, attempts: [anAttempt()] }), /It took/);
  assert.match(
    answerDocument({ ...answer, attempts: [failed, anAttempt()] }),
    /It took 2 requests:\n\n1\. \$.* · OpenAI\/gpt-5-mini · failed \(had a fault of its own\) · .*\n2\. \$0\.0042 · OpenAI\/gpt-5-mini · answered · 1,200 in, 310 out · 2\.1 s\n/,
  );
});

test('an amount is never wrapped in the middle: it begins a line, or the line is short', () => {
  const documentOf = (changes: Partial<Receipt>) =>
    answerDocument({ ...EMPTY_ANSWER, text: 'Yes.', end: ended(changes) });
  assert.match(documentOf({}), / 310 out\n\$0\.0042 · 2\.1 s\n/);
  assert.match(
    documentOf({ outcome: 'cached', savedNano: 42 }),
    /\ngpt-5-mini · cached, \$0, saved \$\S+ · 2\.1 s\n/,
  );
});

test('what a run that failed said stands above the answer from before', () => {
  const failedAgain = ended({ outcome: 'failed' }, { problem: 'It is busy. Try again.' });
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'Good.', end: ended(), failedAgain });
  assert.match(
    document,
    /^> \*\*This run gave no answer\.\*\* It is busy\. Try again\.\n>\n> gpt-5-mini · .*\n(> .*\n)?>\n> The answer below is from before\.\n\nGood\.\n\n---\n\ngpt-5-mini/,
  );
});

test('the rule under an answer is found, whatever rules its text has', () => {
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'One\n\n---\n\ntwo', end: ended() });
  assert.equal(ruleLine(document), 6);
  assert.equal(ruleLine(answerDocument(EMPTY_ANSWER)), null);
});

test('a simulated answer says so before anything else', () => {
  const end = ended({ simulated: true, provider: 'Simulator' });
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'Yes.', simulated: true, end });
  assert.match(document, /^> \*\*Demo\*\*: this answer is simulated; nothing was billed\.\n\nYes\./);
  assert.match(document, /Simulator \(simulated\) · gpt-5-mini/);
});

test('a failure keeps what came, says what happened, and shows the receipt where there is one', () => {
  const problem = 'The provider cannot be reached.';
  const answer = { ...EMPTY_ANSWER, text: 'Half an' };
  assert.equal(
    answerDocument({ ...answer, end: { receipt: null, problem, continuable: false } }),
    `Half an\n\n---\n\n${problem}\n`,
  );
  assert.match(
    answerDocument({ ...answer, end: ended({ outcome: 'failed' }, { problem }) }),
    /reached\.\n\ngpt-5-mini · .*\n\$0\.0042 · failed · 2\.1 s\n/,
  );
});

test('an answer in several calls shows what each of them cost, and their sum', () => {
  const first = aReceipt({
    outcome: 'failed',
    cost: { nano: 1_000_000, priceVersion: 'test@1' },
    decisions: [RETRIED],
  });
  const answer = { ...EMPTY_ANSWER, text: 'Once upon a time.', earlier: [first], end: ended() };
  const document = answerDocument(answer);
  assert.match(document, /\n\n.* out\n\$0\.001 · failed · 2\.1 s\n\n/);
  assert.ok(document.includes(`\n\n${LINE}\n\nTogether: 2 calls, $0.0052\n\n`), document);
  assert.match(document, /made\n\nCall 1:\n\n1\. Retry: .*\n\n[\s\S]*\n\nCall 2:\n\nSent as it was/);
});

test('a call whose cost is not known leaves the sum unknown', () => {
  const document = answerDocument({ ...EMPTY_ANSWER, text: 'Once.', earlier: [null], end: ended() });
  assert.match(document, /What the call before this one cost is not known\.\n\n/);
  assert.match(document, /Together: 2 calls, price unknown\n/);
});

test('a forgotten answer says so and has no entry to forget any more', () => {
  const answer = { ...EMPTY_ANSWER, text: 'Yes.', end: ended({ cacheEntry: 'key' }) };
  assert.equal(cacheEntryOf(answer), 'key');
  const forgotten = { ...answer, forgotten: true };
  assert.equal(cacheEntryOf(forgotten), null);
  assert.ok(answerDocument(forgotten).includes(`${LINE}\n\nThis answer is forgotten: `));
  assert.equal(cacheEntryOf(EMPTY_ANSWER), null);
});

test('what is folded is how the answer was made, whatever the answer itself says', () => {
  const answer = { ...EMPTY_ANSWER, text: `${HEADING}\n\nA heading of the answer.`, end: ended() };
  const document = answerDocument(answer);
  const lines = document.split('\n');
  const folded = foldedLines(document);
  assert.ok(folded !== null && folded.start > 3);
  assert.equal(lines[folded.start], HEADING);
  assert.match(lines[folded.end] ?? '', /^The same tokens/);
  assert.equal(foldedLines('Nothing of this kind.\n'), null);
});

test('the end is announced in one sentence', () => {
  assert.equal(announcement('review', ended()), 'review: $0.0042 · 2.1 s');
  const shared = (nano: number | null) =>
    ended({ outcome: 'coalesced', cost: { nano, priceVersion: 'test@1' } });
  assert.equal(announcement('review', shared(0)), 'review: shared, $0 · 2.1 s');
  // It went on alone before, and that was paid for.
  assert.equal(announcement('review', shared(1000)), 'review: shared, $0.000001 · 2.1 s');
  assert.equal(announcement('review', ended({}, { problem: 'Cancelled.' })), 'review: Cancelled.');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswerStore } from '../../client/answer-store.ts';
import { EMPTY_ANSWER } from '../../client/text/answer-text.ts';
import { anAttempt, aReceipt } from './receipts.ts';

const START = { type: 'start', provider: 'Local', model: 'm', simulated: true } as const;
const text = (content: string) => ({ type: 'text', text: content }) as const;
const DONE = { receipt: aReceipt(), problem: null, continuable: false };
const CUT = { receipt: aReceipt({ outcome: 'failed' }), problem: 'It broke off.', continuable: true };

test('an answer grows by its events until it ends', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  assert.equal(store.receive({ callId: 'call', deltas: [START, text('One')] }), 'answer');
  store.receive({ callId: 'call', deltas: [text(' two')] });
  assert.deepEqual(store.running(), ['answer']);
  store.finish('call', DONE);
  assert.deepEqual(store.running(), []);
  assert.deepEqual(store.get('answer'), {
    ...EMPTY_ANSWER,
    text: 'One two',
    model: 'm',
    simulated: true,
    end: DONE,
  });
});

test('events of a call that ended or was never begun change nothing', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  store.finish('call', DONE);
  assert.equal(store.receive({ callId: 'call', deltas: [text('late')] }), null);
  assert.equal(store.receive({ callId: 'other', deltas: [text('foreign')] }), null);
  assert.equal(store.get('answer')?.text, '');
});

test('a rerun replaces what was there', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  store.receive({ callId: 'first', deltas: [text('old')] });
  store.finish('first', DONE);
  store.begin('answer', 'second');
  assert.deepEqual([store.get('answer')?.text, store.get('answer')?.end], ['', null]);
});

test('reasoning shows until the answer itself begins', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  const reasoning = { type: 'reasoning', text: 'hm' } as const;
  store.receive({ callId: 'call', deltas: [reasoning] });
  assert.equal(store.get('answer')?.reasoning, true);
  store.receive({ callId: 'call', deltas: [text('So'), reasoning] });
  assert.equal(store.get('answer')?.reasoning, false);
});

test('an answer that is withdrawn leaves no text, and says why until the next one begins', () => {
  const store = createAnswerStore();
  const provisional = { ...START, provisional: true } as const;
  store.begin('answer', 'call');
  store.receive({ callId: 'call', deltas: [provisional, text('bad')] });
  assert.deepEqual([store.get('answer')?.provisional, store.get('answer')?.text], [true, 'bad']);
  store.receive({ callId: 'call', deltas: [{ type: 'withdrawn', why: 'Bad.' }] });
  assert.equal(store.get('answer')?.text, '');
  assert.equal(store.get('answer')?.withdrawn?.why, 'Bad.');
  store.receive({ callId: 'call', deltas: [START, text('good')] });
  store.finish('call', DONE);
  assert.deepEqual([store.get('answer')?.provisional, store.get('answer')?.text], [false, 'good']);
});

test('of an answer that is continued only the rest is withdrawn', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  store.receive({ callId: 'first', deltas: [START, text('Once upon')] });
  store.finish('first', CUT);
  store.resume('answer', 'second');
  store.receive({
    callId: 'second',
    deltas: [text(' bad'), { type: 'withdrawn', why: 'Bad.' }, text(' a time')],
  });
  assert.equal(store.get('answer')?.text, 'Once upon a time');
});

test('a call that is cancelled after its answer was withdrawn leaves the answer from before', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  store.receive({ callId: 'first', deltas: [START, text('good')] });
  store.finish('first', DONE);
  store.begin('answer', 'second');
  store.receive({ callId: 'second', deltas: [text('bad'), { type: 'withdrawn', why: 'Bad.' }] });
  assert.equal(store.finish('second', { ...CUT, continuable: false }), false);
  assert.equal(store.get('answer')?.text, 'good');
});

test('a closed answer is forgotten, but not while it is under way', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  store.forget('answer');
  assert.notEqual(store.get('answer'), null);
  store.finish('call', DONE);
  store.forget('answer');
  assert.equal(store.get('answer'), null);
});

test('a simulated answer is marked even if its start never came', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  store.finish('call', { ...DONE, receipt: aReceipt({ simulated: true }) });
  assert.equal(store.get('answer')?.simulated, true);
});

test('the rest of an answer comes after its beginning, and what the beginning cost stays', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  store.receive({ callId: 'first', deltas: [START, text('Once upon')] });
  store.finish('first', CUT);
  store.resume('answer', 'second');
  store.receive({ callId: 'second', deltas: [text(' a time')] });
  const { text: whole, simulated, earlier, end } = store.get('answer') ?? EMPTY_ANSWER;
  assert.deepEqual([whole, simulated, end], ['Once upon a time', true, null]);
  assert.deepEqual(earlier, [CUT.receipt]);
  store.finish('second', { receipt: null, problem: 'It broke off again.', continuable: true });
  store.resume('answer', 'third');
  assert.deepEqual(store.get('answer')?.earlier, [CUT.receipt, null]);
});

test('decisions are there as they are made, and in the end those of the receipt', () => {
  const store = createAnswerStore();
  const missed = { stage: 'exactCache', action: 'missed', why: 'No stored answer.' };
  const stored = { stage: 'exactCache', action: 'stored', why: 'It is kept.' };
  store.begin('answer', 'call');
  store.receive({ callId: 'call', deltas: [{ type: 'decision', decision: missed }] });
  assert.deepEqual(store.get('answer')?.decisions, [missed]);
  store.finish('call', { ...DONE, receipt: aReceipt({ decisions: [missed, stored] }) });
  assert.deepEqual(store.get('answer')?.decisions, [missed, stored]);
});

test('the requests of a call are added to its own answer only', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call-1');
  store.finish('call-1', DONE);
  store.explain('answer', 'another', [anAttempt()]);
  assert.deepEqual(store.get('answer')?.attempts, []);
  store.explain('answer', 'call-1', [anAttempt()]);
  assert.deepEqual(store.get('answer')?.attempts, [anAttempt()]);
});

test('an answer that is forgotten says so until it is asked anew', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  store.finish('first', DONE);
  store.markForgotten('answer');
  assert.equal(store.all()[0]?.[1].forgotten, true);
  store.begin('answer', 'second');
  assert.equal(store.get('answer')?.forgotten, false);
});

test('a rerun that fails without any text keeps the answer from before, with what went wrong', () => {
  const store = createAnswerStore();
  const FAILED = { receipt: aReceipt({ outcome: 'failed' }), problem: 'It is busy.', continuable: false };
  store.begin('answer', 'first');
  store.receive({ callId: 'first', deltas: [text('Good.')] });
  assert.equal(store.finish('first', DONE), true);
  store.begin('answer', 'second');
  assert.equal(store.finish('second', FAILED), false);
  const kept = store.get('answer');
  assert.deepEqual([kept?.text, kept?.end, kept?.failedAgain], ['Good.', DONE, FAILED]);
  store.begin('answer', 'third');
  store.receive({ callId: 'third', deltas: [text('Half of a')] });
  assert.equal(store.finish('third', CUT), true);
  assert.deepEqual([store.get('answer')?.text, store.get('answer')?.failedAgain], ['Half of a', null]);
});

test('a first run that fails has nothing to come back to', () => {
  const store = createAnswerStore();
  store.begin('answer', 'first');
  assert.equal(store.finish('first', { ...DONE, problem: 'It is busy.' }), true);
  store.begin('answer', 'second');
  assert.equal(store.finish('second', { ...DONE, problem: 'It is busy, too.' }), true);
  assert.equal(store.get('answer')?.end?.problem, 'It is busy, too.');
});

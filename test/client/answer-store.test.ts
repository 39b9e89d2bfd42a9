import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswerStore } from '../../client/answer-store.ts';
import { aReceipt } from './receipts.ts';

const START = { type: 'start', provider: 'Local', model: 'm', simulated: true } as const;
const text = (content: string) => ({ type: 'text', text: content }) as const;
const DONE = { receipt: aReceipt(), problem: null };

test('an answer grows by its events until it ends', () => {
  const store = createAnswerStore();
  store.begin('answer', 'call');
  assert.equal(store.receive({ callId: 'call', deltas: [START, text('One')] }), 'answer');
  store.receive({ callId: 'call', deltas: [text(' two')] });
  assert.deepEqual(store.running(), ['answer']);
  store.finish('call', DONE);
  assert.deepEqual(store.running(), []);
  assert.deepEqual(store.get('answer'), {
    text: 'One two',
    model: 'm',
    simulated: true,
    reasoning: false,
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
  store.finish('call', { receipt: aReceipt({ simulated: true }), problem: null });
  assert.equal(store.get('answer')?.simulated, true);
});

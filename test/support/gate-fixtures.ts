/** Answers and calls for tests of gates. */
import assert from 'node:assert/strict';
import type { Answer, Gate } from '../../server/gates/gate.ts';
import type { Call, Expectation } from '../../server/pipeline/stage.ts';
import { makeCall } from './pipeline-fakes.ts';

/** A whole answer of this text. */
export const makeAnswer = (text: string, overrides: Partial<Answer> = {}): Answer => ({
  text,
  toolCalls: [],
  refusal: '',
  reason: 'stop',
  ...overrides,
});

/** A call that asks this. */
export const makeQuestion = (content: string, overrides: Partial<Call> = {}): Call =>
  makeCall({ messages: [{ role: 'user', content }], ...overrides });

/** An expectation of nothing but what is given. */
export const makeExpectation = (overrides: Partial<Expectation>): Expectation => ({
  matches: null,
  fields: [],
  minLength: null,
  maxLength: null,
  ...overrides,
});

/** What the gate says against the answer; null for nothing. Fails where it stands aside. */
export async function complaintOf(
  gate: Gate,
  answer: Answer | string,
  call: Call = makeCall(),
): Promise<string | null> {
  const found = await gate.check(typeof answer === 'string' ? makeAnswer(answer) : answer, call);
  if (found === null) return null;
  assert.ok('why' in found, `it stood aside: ${JSON.stringify(found)}`);
  assert.equal(found.gate, gate.name);
  assert.match(found.why, /^[A-Z].*\.$/s, 'a complaint is a sentence');
  return found.why;
}

/** Why the gate stands aside. Fails where it does not. */
export async function asideOf(gate: Gate, answer: Answer | string, call: Call): Promise<string> {
  const found = await gate.check(typeof answer === 'string' ? makeAnswer(answer) : answer, call);
  assert.ok(found !== null && 'aside' in found, `it did not stand aside: ${JSON.stringify(found)}`);
  return found.aside;
}

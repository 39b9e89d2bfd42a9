/** THE LIST of gates, and the verdict that they come to. */
import type { Call } from '../pipeline/stage.ts';
import { arithmetic } from './arithmetic.ts';
import { codeInPlace } from './code-in-place.ts';
import { codeParses } from './code-parses.ts';
import { diffApplies } from './diff-applies.ts';
import { expectedFields } from './expected-fields.ts';
import { expectedLength } from './expected-length.ts';
import { expectedPattern } from './expected-pattern.ts';
import { finishReason } from './finish-reason.ts';
import type { Answer, Complaint, Gate, GateFinding, Verdict } from './gate.ts';
import { hedging } from './hedging.ts';
import { knownMembers } from './known-members.ts';
import { notEmpty } from './not-empty.ts';
import { oneCodeBlock } from './one-code-block.ts';
import { beginningOf } from './question.ts';
import { refusal } from './refusal.ts';
import { relevance } from './relevance.ts';
import { schema } from './schema.ts';
import { toolCalls } from './tool-calls.ts';
import { wordProblem } from './word-problem.ts';

/** Every gate. What is certain comes first, since its complaint is the first that the next model reads. */
export const GATES: readonly Gate[] = [
  finishReason,
  notEmpty,
  refusal,
  schema,
  toolCalls,
  expectedFields,
  expectedPattern,
  expectedLength,
  oneCodeBlock,
  codeParses,
  codeInPlace,
  diffApplies,
  arithmetic,
  knownMembers,
  hedging,
  relevance,
  wordProblem,
];

/** Soft complaints whose score is above this reject an answer. Two of them do, or one that is nearly certain. */
const MOST_SCORE = 0.5;

/**
 * What the gates make of an answer. Soft weights add up as independent chances of a bad answer do: 0.35 and 0.3 to
 * 0.545. Never rejects.
 */
export async function judgeAnswer(
  answer: Answer,
  call: Call,
  gates: readonly Gate[] = GATES,
): Promise<Verdict> {
  // The rest of an answer is judged with its beginning: alone it may begin within a code block.
  const whole = { ...answer, text: beginningOf(call) + answer.text };
  const complaints: { readonly complaint: Complaint; readonly weight: number }[] = [];
  const notes: string[] = [];
  for (const gate of gates) {
    const found = await findingOf(gate, whole, call);
    if (found === null) continue;
    if ('aside' in found) notes.push(found.aside);
    else complaints.push({ complaint: found, weight: gate.weight === 'hard' ? 1 : gate.weight });
  }
  const score = 1 - complaints.reduce((left, { weight }) => left * (1 - weight), 1);
  return {
    complaints: complaints.toSorted((a, b) => b.weight - a.weight).map(({ complaint }) => complaint),
    score,
    passed: score <= MOST_SCORE,
    notes,
  };
}

async function findingOf(gate: Gate, answer: Answer, call: Call): Promise<GateFinding> {
  try {
    return await gate.check(answer, call);
  } catch {
    // What it threw may quote the answer.
    return { aside: `The check "${gate.name}" failed on this answer and was left out.` };
  }
}

/** The fenced code blocks of an answer, read once for all gates. */
import { type CodeBlock, type Fenced, readFences } from '../../protocol/code-fences.ts';
import type { Answer } from './gate.ts';

export type { CodeBlock, Fenced };

/** Those of answers under way: nearly every gate asks for them, and a megabyte is not read ten times. */
const known = new WeakMap<Answer, Fenced>();

/** The fenced blocks and the prose of an answer. */
export function fencesOf(answer: Answer): Fenced {
  const fenced = known.get(answer) ?? readFences(answer.text);
  known.set(answer, fenced);
  return fenced;
}

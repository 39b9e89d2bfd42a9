/** The vocabulary of gates: what one sees, what it finds, and what a verdict is. */
import type { FinishReason } from '../../protocol/receipt.ts';
import type { Call } from '../pipeline/stage.ts';

/** A whole answer, as gates see it. */
export interface Answer {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  /** The model's own words for not answering, where the provider tells them apart from text; "" for none. */
  readonly refusal: string;
  readonly reason: FinishReason;
}

/** What is wrong, in one sentence that the next model is told and a person reads. */
export interface Complaint {
  /** Name of the gate. */
  readonly gate: string;
  /** Quotes at most 80 characters of the answer. */
  readonly why: string;
}

/** Why a gate could not do its work on this call, in one sentence for the user. */
export interface StandsAside {
  readonly aside: string;
}

/** What a gate finds; null where nothing is wrong or the gate does not apply. */
export type GateFinding = Complaint | StandsAside | null;

/** One check of an answer: no network, and time linear in the answer and the prompt. */
export interface Gate {
  readonly name: string;
  /** 'hard' decides by itself; a number from 0 to 1 adds to a score. */
  readonly weight: 'hard' | number;
  /** One that throws or rejects stands aside. A promise only where it has to load what it checks with. */
  check(answer: Answer, call: Call): GateFinding | Promise<GateFinding>;
}

/** What the gates make of an answer. */
export interface Verdict {
  /** Those of hard gates first, then by weight; empty for an answer that nothing is wrong with. */
  readonly complaints: readonly Complaint[];
  /** How bad the answer seems: 0 for nothing found, 1 where a hard gate complains. It orders answers. */
  readonly score: number;
  /** False when a hard gate complains, or when the soft ones together pass their threshold. */
  readonly passed: boolean;
  /** Why gates stood aside, such as a schema that is none; each is worth one decision a call. */
  readonly notes: readonly string[];
}

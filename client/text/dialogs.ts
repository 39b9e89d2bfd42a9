/** Questions asked one after the other, with a way back: what a guided setup needs of whoever shows them. */
import type { Choice } from './provider-choices.ts';
import type { Problem } from './provider-problems.ts';

/** The user wants the question before this one. */
export const BACK: unique symbol = Symbol('back');
/** The user pressed Escape: nothing is to be changed. */
export const CANCELLED: unique symbol = Symbol('cancelled');

/** What came of a question. */
export type Answer<Value> = Value | typeof BACK | typeof CANCELLED;

/** What every question shows. */
export interface Question {
  readonly title: string;
  /** What to do, in the box. */
  readonly placeholder: string;
  /** Counted from 1. */
  readonly step: number;
  readonly steps: number;
  readonly canGoBack: boolean;
}

/** A question that is answered by typing. */
export interface Typed extends Question {
  /** Below the box. */
  readonly prompt: string;
  /** What stands there from the start. */
  readonly value: string;
  readonly secret: boolean;
  /** A button that opens a page. */
  readonly page: { readonly label: string; readonly url: string } | null;
  readonly check: (typed: string) => Problem | null;
}

/** Shows questions. */
export interface Dialogs {
  choose<Value>(question: Question, choices: readonly Choice<Value>[]): Promise<Answer<Value>>;
  /** At least one. */
  chooseMany<Value>(question: Question, choices: readonly Choice<Value>[]): Promise<Answer<readonly Value[]>>;
  type(question: Typed): Promise<Answer<string>>;
  /** Shows that something is under way; the signal is aborted when the user does not wait for it. */
  wait<Value>(question: Question, work: (signal: AbortSignal) => Promise<Value>): Promise<Answer<Value>>;
}

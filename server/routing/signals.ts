/**
 * Cheap signals of what a call takes: one list, each a number for the learner and, where it is there, a reason for the
 * person. They say what a request looks like; whether a model will do, only outcomes teach.
 */
import { formatTokens } from '../../protocol/receipt.ts';
import { TASK_KINDS, type TaskKind } from '../../protocol/task-kind.ts';
import { type Terms, termsOf } from '../fitting/terms.ts';
import type { Call } from '../pipeline/stage.ts';
import { type RequestReading, readRequest } from './read-request.ts';
import { requestExcerpt } from './request-excerpt.ts';
import type { EvidencePrior } from './word-evidence.ts';

/** What the signals are read from. */
export type CallParts = Pick<Call, 'messages' | 'kind' | 'tools' | 'responseFormat'>;

/** The signals of a call. */
export interface Signals {
  /** SIGNAL_COUNT numbers from 0 to 1, in the order of the list. */
  readonly values: readonly number[];
  /** What can be seen in the request, in the order of the list: "code", "3 constraints". */
  readonly reasons: readonly string[];
  /** The terms of the part that was read, for `featuresOf`. */
  readonly terms: Terms;
}

interface Readings {
  readonly call: CallParts;
  /** Of the excerpt that was read. */
  readonly text: RequestReading;
  /** Characters of all messages. */
  readonly characters: number;
}

interface Signal {
  /** From 0 to 1. */
  readonly value: (readings: Readings) => number;
  /** In words; null where there is nothing to say. Left out: it is for the learner only. */
  readonly reason?: (readings: Readings) => string | null;
  /** What is held of it before anything was learnt: log-odds of a good answer of a lesser model where it is 1. */
  readonly slope?: number;
}

/** Kinds that say something of themselves; "answer" is what is not known to be anything else. */
const KIND_REASONS: Readonly<Partial<Record<TaskKind, string>>> = {
  explain: 'something to explain',
  code: 'code to write',
  extract: 'something to extract',
  classify: 'something to classify',
  summarise: 'something to summarise',
  translate: 'something to translate',
};

/** What a token has of characters in English prose. Near enough for a signal; bills are counted. */
const CHARACTERS_PER_TOKEN = 4;
const LONG_TOKENS = 2000;

/** From so many on they are a reason. */
const SEVERAL_CONSTRAINTS = 3;

const upTo = (most: number, value: number): number => Math.min(1, value / most);
const constraintsOf = ({ cues, listItems }: RequestReading): number => cues.constraint + listItems;
const hasCode = ({ codeMarks, characters }: RequestReading): boolean =>
  codeMarks >= 4 && codeMarks > characters / 100;
const hasMaths = ({ formulaMarks, cues, characters }: RequestReading): boolean =>
  cues.maths >= 2 || (formulaMarks >= 3 && formulaMarks > characters / 100);
/** Half of the letters: a name or a quotation does not make a request Chinese. */
const isOtherScript = ({ otherLetters, letters }: RequestReading): boolean => otherLetters > letters;

/** Every signal. A learner's state is of this list in this order: a changed list begins anew. */
const SIGNALS: readonly Signal[] = [
  {
    // 300 characters are 0.15, a page 0.4, 40 KB 0.9. Longer questions are harder (`npm run bench -- routing`).
    slope: -3,
    value: ({ characters }) => upTo(6, Math.log(1 + characters / 200)),
    reason: ({ characters }) => {
      const tokens = Math.round(characters / CHARACTERS_PER_TOKEN);
      return tokens < LONG_TOKENS ? null : `a long request (${formatTokens(tokens, true)} tokens)`;
    },
  },
  { value: ({ text }) => upTo(6, Math.log(1 + text.characters / 100)) },
  ...TASK_KINDS.map(
    (kind): Signal => ({
      value: ({ call }) => Number(call.kind === kind),
      reason: ({ call }) => (call.kind === kind ? (KIND_REASONS[kind] ?? null) : null),
    }),
  ),
  {
    value: ({ text }) => Number(hasCode(text)),
    reason: ({ text, call }) => (hasCode(text) && call.kind !== 'code' ? 'code' : null),
  },
  {
    value: ({ text }) => upTo(3, text.cues.reasoning),
    reason: ({ text }) => (text.cues.reasoning > 0 ? 'something to reason about' : null),
  },
  { value: ({ text }) => Number(text.digits > 0) },
  {
    value: ({ text }) => Number(hasMaths(text)),
    reason: ({ text }) => (hasMaths(text) ? 'mathematics' : null),
  },
  {
    value: ({ text }) => upTo(8, constraintsOf(text)),
    reason: ({ text }) =>
      constraintsOf(text) < SEVERAL_CONSTRAINTS ? null : `${constraintsOf(text)} constraints`,
  },
  {
    value: ({ text }) => upTo(2, text.cues.negation),
    reason: ({ text }) => (text.cues.negation > 1 ? 'several negations' : null),
  },
  {
    value: ({ text }) => upTo(2, text.cues.hard),
    reason: ({ text }) => (text.cues.hard > 0 ? 'a subject that is often hard' : null),
  },
  {
    value: ({ text }) => upTo(2, text.cues.easy),
    reason: ({ text }) => (text.cues.easy > 0 && text.cues.hard === 0 ? 'a routine task' : null),
  },
  { value: ({ text }) => upTo(4, text.questionMarks) },
  {
    value: ({ call }) => Number((call.responseFormat?.type ?? 'text') !== 'text'),
    reason: ({ call }) =>
      call.responseFormat?.type === 'json_schema'
        ? 'an answer by a schema'
        : call.responseFormat?.type === 'json_object'
          ? 'an answer in JSON'
          : null,
  },
  {
    value: ({ call }) => upTo(10, call.tools.length),
    reason: ({ call }) => (call.tools.length > 0 ? 'tools to call' : null),
  },
  { value: ({ call }) => upTo(20, call.messages.length - 1) },
  {
    value: ({ text }) => Number(isOtherScript(text)),
    reason: ({ text }) => (isOtherScript(text) ? 'another script than Latin' : null),
  },
];

/** What is held of requests before anything was learnt, for models of the lower tiers and of the upper ones. */
export const EVIDENCE_PRIORS: Readonly<Record<'lesser' | 'capable', EvidencePrior>> = {
  lesser: { logOdds: 1, ofSignals: SIGNALS.map(({ slope = 0 }) => slope) },
  // What is hard is hard for both, and less so for these.
  capable: { logOdds: 2, ofSignals: SIGNALS.map(({ slope = 0 }) => slope / 2) },
};

/** How many values `signalsOf` gives. */
export const SIGNAL_COUNT = SIGNALS.length;

/** Reads the signals of a call: of a long request its beginning and end, so that it takes no longer than a page. */
export function signalsOf(call: CallParts): Signals {
  const excerpt = requestExcerpt(call.messages);
  const terms = termsOf(excerpt);
  const characters = call.messages.reduce((sum, { content }) => sum + content.length, 0);
  const readings: Readings = { call, characters, text: readRequest(excerpt, terms) };
  return {
    values: SIGNALS.map(({ value }) => value(readings)),
    reasons: SIGNALS.flatMap(({ reason }) => reason?.(readings) ?? []),
    terms,
  };
}

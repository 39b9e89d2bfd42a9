import { type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import type { FinishReason } from '../../../protocol/receipt.ts';
import { placeOf } from '../place.ts';
import type { AnswerOutcome, Gates, GateVerdict, Router } from '../ports.ts';
import { secondTry } from '../second-try.ts';
import { isShown } from '../shown.ts';
import type { Attempt, Call, Next, Reply, ReplyEvent, Rung, Stage } from '../stage.ts';

interface Dependencies {
  readonly gates: Gates;
  readonly router: Pick<Router, 'learn'>;
}

/** One whole answer, held until it is known whether it is shown. */
interface Held {
  readonly shown: readonly ReplyEvent[];
  readonly reason: FinishReason;
  readonly attempt: Attempt | null;
  readonly verdict: GateVerdict;
}

/** A reply that had no end, with what of it was to be shown. */
interface Broken {
  readonly shown: readonly ReplyEvent[];
  readonly error: FarthingError | null;
}

/**
 * Checks the answer before it is shown, where a more capable model may be asked instead (FrugalGPT; Chen, Zaharia and
 * Zou, 2023): one that does not pass is paid for, and asked for again one rung up with what was wrong. Where the last
 * one fails or does not pass either, the best there is comes with what failed. The answer of a model that was named
 * streams as it comes and is only marked, since there is nobody else to ask. Tells the router what became of each
 * answer. Stores nothing.
 */
export function cascade({ gates, router }: Dependencies): Stage {
  /** What the gates say of an answer, which the router learns from. */
  const examine = async (call: Call, answer: Omit<Held, 'verdict'>): Promise<Held> => {
    const verdict = await gates.judge(answerOf(answer), call);
    const { attempt } = answer;
    // Whoever shares the answer of another call has nothing to tell.
    if (attempt !== null) router.learn(call.id, attempt.provider, attempt.model, outcomeOf(verdict, call));
    return { ...answer, verdict };
  };

  async function* climb(call: Call, next: Next): Reply {
    let asked = call;
    let before: Held | null = null;
    for (;;) {
      const read = yield* hold(asked, next);
      if ('error' in read) {
        if (before === null || call.signal.aborted || read.shown.length > 0) return yield* givenUp(read);
        if (read.error !== null) yield decision('notReached', notReached(asked, read.error));
        return yield* shownAllTheSame(before);
      }
      const held = await examine(call, read);
      yield* stoodAside(held.verdict);
      const [rung, ...above] = rungsAbove(asked.ladder, held.attempt);
      if (held.verdict.passed) return yield* shownWhole(held);
      if (rung === undefined) {
        yield decision(
          'failedGates',
          `${nameOf(asked, held)}: ${complaintsOf(held)}. No better model is left.`,
        );
        return yield* shownAllTheSame(held);
      }
      yield decision(
        'escalated',
        `${nameOf(asked, held)}: ${complaintsOf(held)}. ${placeOf(rung)} is asked.`,
      );
      yield { type: 'routed', route: rung };
      asked = secondTry(call, rung, above, gates.complaint(held.verdict));
      before = held;
    }
  }

  async function* mark(call: Call, next: Next): Reply {
    const shown: ReplyEvent[] = [];
    let attempt: Attempt | null = null;
    for await (const event of next(call)) {
      if (isShown(event)) shown.push(event);
      else if (event.type === 'attempt') attempt = event.attempt;
      // An answer that is cut by a limit of ours goes on, so that there is nothing to judge yet.
      const isCut = event.type === 'end' && event.reason === 'length' && call.part === 'beginning';
      if (event.type !== 'end' || isCut) {
        yield event;
        continue;
      }
      const held = await examine(call, { shown, reason: event.reason, attempt });
      yield* stoodAside(held.verdict);
      // Of a named model only what is certainly wrong is worth a word.
      if (held.verdict.certain)
        yield decision('failedGates', `${nameOf(call, held)}: ${complaintsOf(held)}.`);
      yield held.verdict.certain ? { ...event, failedGates: gatesOf(held) } : event;
    }
  }

  return {
    name: 'cascade',
    optional: false,
    switch: 'cascade',
    run(call, next) {
      // The rest of an answer says nothing by itself.
      if (call.part === 'rest') return next(call);
      return call.ladder.length === 0 ? mark(call, next) : climb(call, next);
    },
  };
}

/** Only a call that says what its answer has to be like is checked in earnest. */
const outcomeOf = ({ passed }: GateVerdict, { expect, responseFormat, tools }: Call): AnswerOutcome => {
  if (!passed) return 'failedGate';
  const isChecked = expect !== null || tools.length > 0 || (responseFormat?.type ?? 'text') !== 'text';
  return isChecked ? 'passedGate' : 'unfaulted';
};

/** Reads a reply to its end and keeps back what is shown of it; what it used goes up at once. */
async function* hold(call: Call, next: Next): AsyncGenerator<ReplyEvent, Omit<Held, 'verdict'> | Broken> {
  const shown: ReplyEvent[] = [];
  let attempt: Attempt | null = null;
  let reason: FinishReason | null = null;
  try {
    for await (const event of next(call))
      if (isShown(event)) shown.push(event);
      else if (event.type === 'end') reason = event.reason;
      else {
        if (event.type === 'attempt') attempt = event.attempt;
        yield event;
      }
  } catch (thrown) {
    return { shown, error: toFarthingError(thrown) };
  }
  return reason === null ? { shown, error: null } : { shown, reason, attempt };
}

function* shownWhole({ shown, reason }: Held): Generator<ReplyEvent> {
  yield* shown;
  yield { type: 'end', reason };
}

function* shownAllTheSame(held: Held): Generator<ReplyEvent> {
  yield* held.shown;
  yield { type: 'end', reason: held.reason, failedGates: gatesOf(held) };
}

/** What came before a reply broke off is shown, as it is where nobody holds it. */
function* givenUp({ shown, error }: Broken): Generator<ReplyEvent> {
  yield* shown;
  if (error !== null) throw error;
}

function answerOf({ shown, reason }: Omit<Held, 'verdict'>) {
  const textOf = (type: 'text' | 'refusal') =>
    shown.map((event) => (event.type === type ? event.text : '')).join('');
  const toolCalls = shown.filter((event) => event.type === 'toolCall');
  return { text: textOf('text'), refusal: textOf('refusal'), toolCalls, reason };
}

/** The rungs above the one that answered, which is another than was asked where that failed. */
function rungsAbove(ladder: readonly Rung[], attempt: Attempt | null): readonly Rung[] {
  const answered = ladder.findIndex(
    ({ provider, model }) => provider.name === attempt?.provider && model.id === attempt.model,
  );
  return ladder.slice(answered + 1);
}

const gatesOf = ({ verdict }: Held): readonly string[] => verdict.complaints.map(({ gate }) => gate);

const complaintsOf = ({ verdict }: Held): string => {
  // What the checks say quotes the answer, which is no business of the ledger.
  const all = verdict.complaints.map(({ gate }) => gate).join(', ');
  return `the answer does not pass (${all})`;
};

const nameOf = (call: Call, { attempt }: Held): string =>
  attempt === null ? placeOf(call) : `${attempt.provider}/${attempt.model}`;

const notReached = (asked: Call, { code }: FarthingError): string =>
  `${placeOf(asked)} gave no answer (it ${faultWords(code)}); the one before it is shown, with what failed.`;

function* stoodAside({ notes }: GateVerdict): Generator<ReplyEvent> {
  for (const why of notes) yield decision('stoodAside', why);
}

const decision = (action: string, why: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'cascade', action, why },
});

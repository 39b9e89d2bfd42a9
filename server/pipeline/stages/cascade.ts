import { type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import type { FinishReason } from '../../../protocol/receipt.ts';
import { decisionOf } from '../decision.ts';
import { isContinued } from '../output-bound.ts';
import { placeOf } from '../place.ts';
import type { AnswerOutcome, Gates, GateVerdict, Router } from '../ports.ts';
import { holdBack, isHeld } from '../provisional.ts';
import { secondTry } from '../second-try.ts';
import { isShown } from '../shown.ts';
import type { Attempt, Call, Next, Reply, ReplyEvent, Rung, Stage } from '../stage.ts';
import { isTimeOver } from '../time-limit.ts';

const decision = decisionOf('cascade');

interface Dependencies {
  readonly gates: Gates;
  readonly router: Pick<Router, 'learn'>;
}

/** One whole answer, remembered until it is known whether it stays. */
interface Whole {
  readonly shown: readonly ReplyEvent[];
  readonly reason: FinishReason;
  readonly attempt: Attempt | null;
  readonly verdict: GateVerdict;
}

/** A reply that had no end, with what of it was shown. */
interface Broken {
  readonly shown: readonly ReplyEvent[];
  readonly error: FarthingError | null;
}

/**
 * Checks the answer, where a more capable model may be asked instead (FrugalGPT; Chen, Zaharia and Zou, 2023): one
 * that does not pass is paid for, and asked for again one rung up with what was wrong. By the settings it streams and
 * is withdrawn then, or is shown only once it has passed. Where the last one fails or does not pass either, the best
 * there is comes with what failed. The answer of a model that was named is only marked, since there is nobody else to
 * ask; one that came in two parts is judged whole. Tells the router what became of each answer. Stores nothing.
 */
export function cascade({ gates, router }: Dependencies): Stage {
  /** What the gates say of an answer, which the router learns from. */
  const examine = async (call: Call, answer: Omit<Whole, 'verdict'>): Promise<Whole> => {
    const verdict = await gates.judge(answerOf(answer), call);
    const { attempt } = answer;
    // Whoever shares the answer of another call has nothing to tell.
    if (attempt !== null) router.learn(call.id, attempt.provider, attempt.model, outcomeOf(verdict, call));
    return { ...answer, verdict };
  };

  async function* climb(call: Call, next: Next): AsyncGenerator<ReplyEvent, void> {
    let asked = call;
    let before: Whole | null = null;
    for (;;) {
      const read = yield* readThrough(asked, next);
      if ('error' in read) {
        // Who cancels wants nothing more; whose time is over has the answer that was paid for.
        const isCancelled = call.signal.aborted && !isTimeOver(call.signal);
        if (before !== null && !isCancelled && !hasAnswer(read))
          return yield* shownAgain(before, read, asked);
        if (read.error !== null) throw read.error;
        return;
      }
      const whole = await examine(call, read);
      yield* stoodAside(whole.verdict);
      const [rung, ...above] = rungsAbove(asked.ladder, whole.attempt);
      const { reason } = whole;
      if (whole.verdict.passed) return yield { type: 'end', reason };
      const failed = `${nameOf(asked, whole)}: ${complaintsOf(whole)}.`;
      if (rung === undefined) {
        yield decision('failedGates', `${failed} No better model is left.`);
        return yield { type: 'end', reason, failedGates: gatesOf(whole) };
      }
      const why = `${failed} ${placeOf(rung)} is asked.`;
      yield decision('escalated', why);
      yield { type: 'withdrawn', why };
      yield { type: 'routed', route: rung };
      asked = secondTry(call, rung, above, gates.complaint(whole.verdict));
      before = whole;
    }
  }

  async function* mark(call: Call, next: Next): Reply {
    const shown: ReplyEvent[] = [];
    let attempt: Attempt | null = null;
    for await (const event of next(call)) {
      if (isShown(event)) shown.push(event);
      else if (event.type === 'attempt') attempt = event.attempt;
      // An answer that is cut by a limit of ours goes on, so that there is nothing to judge yet.
      if (event.type !== 'end' || goesOn(call, shown, event.reason, attempt)) {
        yield event;
        continue;
      }
      const whole = await examine(asWhole(call), {
        shown: [...begunOf(call), ...shown],
        reason: event.reason,
        attempt,
      });
      yield* stoodAside(whole.verdict);
      // Of a named model only what is certainly wrong is worth a word.
      if (whole.verdict.certain)
        yield decision('failedGates', `${nameOf(call, whole)}: ${complaintsOf(whole)}.`);
      yield whole.verdict.certain ? { ...event, failedGates: gatesOf(whole) } : event;
    }
  }

  return {
    name: 'cascade',
    optional: false,
    switch: 'cascade',
    run(call, next) {
      if (call.ladder.length === 0) return mark(call, next);
      const reply = climb(call, next);
      return isHeld(call) ? holdBack(reply) : reply;
    },
  };
}

const goesOn = (
  { part, sampling }: Call,
  shown: readonly ReplyEvent[],
  reason: FinishReason,
  attempt: Attempt | null,
): boolean =>
  part === 'beginning' &&
  isContinued(
    reason,
    attempt,
    shown.map(({ type }) => type),
    sampling.maxTokens ?? 0,
  );

/** The rest of an answer says nothing by itself: what its user sees is judged, as the answer to what was asked. */
const asWhole = (call: Call): Call =>
  call.begun === undefined ? call : { ...call, messages: call.begun.messages };

const begunOf = ({ begun }: Call): readonly ReplyEvent[] =>
  begun === undefined ? [] : [{ type: 'text', text: begun.text }];

/** Only a call that says what its answer has to be like is checked in earnest. */
const outcomeOf = (
  { passed }: GateVerdict,
  { expect, check, responseFormat, tools }: Call,
): AnswerOutcome => {
  if (!passed) return 'failedGate';
  const isChecked =
    expect !== null || check !== undefined || tools.length > 0 || (responseFormat?.type ?? 'text') !== 'text';
  return isChecked ? 'passedGate' : 'unfaulted';
};

/** Passes a reply on but for its end, and remembers what it showed. */
async function* readThrough(
  call: Call,
  next: Next,
): AsyncGenerator<ReplyEvent, Omit<Whole, 'verdict'> | Broken> {
  const shown: ReplyEvent[] = [];
  let attempt: Attempt | null = null;
  let reason: FinishReason | null = null;
  try {
    for await (const event of next(call)) {
      if (isShown(event)) shown.push(event);
      else if (event.type === 'attempt') attempt = event.attempt;
      if (event.type === 'end') reason = event.reason;
      else yield event;
    }
  } catch (thrown) {
    return { shown, error: toFarthingError(thrown) };
  }
  return reason === null ? { shown, error: null } : { shown, reason, attempt };
}

/** The beginning of a better answer is worth more than the whole of one that does not pass; thoughts alone are not. */
const hasAnswer = ({ shown }: Broken): boolean => shown.some(({ type }) => type !== 'reasoning');

/** The answer that was withdrawn takes its place again, where the better model gave none. */
function* shownAgain(before: Whole, { shown, error }: Broken, asked: Call): Generator<ReplyEvent> {
  const why = notReached(asked, error);
  yield decision('notReached', why);
  if (shown.length > 0) yield { type: 'withdrawn', why };
  yield* before.shown;
  yield { type: 'end', reason: before.reason, failedGates: gatesOf(before) };
}

function answerOf({ shown, reason }: Omit<Whole, 'verdict'>) {
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

const gatesOf = ({ verdict }: Whole): readonly string[] => verdict.complaints.map(({ gate }) => gate);

const complaintsOf = ({ verdict }: Whole): string => {
  // What the checks say quotes the answer, which is no business of the ledger.
  const all = verdict.complaints.map(({ gate }) => gate).join(', ');
  return `the answer does not pass (${all})`;
};

const nameOf = (call: Call, { attempt }: Whole): string =>
  attempt === null ? placeOf(call) : `${attempt.provider}/${attempt.model}`;

const notReached = (asked: Call, error: FarthingError | null): string => {
  const fault = error === null ? '' : ` (it ${faultWords(error.code)})`;
  const why = isTimeOver(asked.signal) ? ' in time' : fault;
  return `${placeOf(asked)} gave no answer${why}; the one before it is shown, with what failed.`;
};

function* stoodAside({ notes }: GateVerdict): Generator<ReplyEvent> {
  for (const why of notes) yield decision('stoodAside', why);
}

/** Puts stages and a provider together into one function from a call to its reply. */
import { inWords } from '../../protocol/decision-text.ts';
import { toFarthingError } from '../../protocol/errors.ts';
import { isShown } from './shown.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from './stage.ts';

/** The first stage sees the call first and its reply last; `provider` is what the last stage calls. */
export function compose(stages: readonly Stage[], provider: Next): Next {
  return stages.reduceRight<Next>((next, stage) => {
    const run: Next = stage.optional
      ? (call) => runOptional(stage, call, next)
      : (call) => stage.run(call, next);
    const name = stage.switch;
    return name === undefined
      ? run
      : (call) => (call.off.has(name) ? leaveOut(stage, call, next) : run(call));
  }, provider);
}

async function* leaveOut({ name }: Stage, call: Call, next: Next): Reply {
  const why = 'Switched off by the settings or by the prompt file.';
  yield { type: 'decision', decision: { stage: name, action: 'off', why } };
  yield* next(call);
}

/**
 * Runs an optional stage so that a fault of its own never costs the caller the reply: what comes from below and
 * was not passed on yet is passed on, the rest follows, and a Decision says that the stage stood aside. A fault from
 * below goes up unchanged, and so does what ends an answer that the stage gave by itself: the caller's cancelling, and
 * a fault after something of it was shown, since a second answer would be mixed into the first.
 */
async function* runOptional(stage: Stage, call: Call, next: Next): Reply {
  let below: AsyncIterator<ReplyEvent> | null = null;
  let fault: { readonly error: unknown } | null = null;
  let held: ReplyEvent[] = [];
  let answers = false;

  const watched: Next = (changed) => {
    const iterator = next(changed)[Symbol.asyncIterator]();
    below = iterator;
    held = [];
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          try {
            const result = await iterator.next();
            if (!result.done) held.push(result.value);
            return result;
          } catch (error) {
            fault = { error };
            throw error;
          }
        },
      }),
    };
  };

  try {
    for await (const event of stage.run(call, watched)) {
      const passed = held.indexOf(event);
      if (passed >= 0) held.splice(0, passed + 1);
      else answers ||= isShown(event);
      yield event;
    }
  } catch (error) {
    if (fault !== null && (fault as { error: unknown }).error === error) throw error;
    const { code } = toFarthingError(error);
    if (below === null && (answers || (code === 'cancelled' && call.signal.aborted))) throw error;
    const why = `This step failed and was left out (${inWords(code)}); the call went on without it.`;
    yield { type: 'decision', decision: { stage: stage.name, action: 'degraded', why } };
    yield* held;
    yield* below === null ? next(call) : rest(below);
  }
}

async function* rest(iterator: AsyncIterator<ReplyEvent>): Reply {
  for (let result = await iterator.next(); !result.done; result = await iterator.next()) yield result.value;
}

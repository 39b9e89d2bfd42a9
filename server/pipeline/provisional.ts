/** Answers that are shown before it is known whether they pass, and those that are held until then. */
import { isShown } from './shown.ts';
import type { Call, ReplyEvent } from './stage.ts';

/** True for a call whose answer is checked while another model is left to ask. */
export const isCheckedFirst = ({ ladder, off }: Call): boolean => ladder.length > 0 && !off.has('cascade');

/** True for a call that wants to see nothing that may be withdrawn. */
export const isHeld = (call: Call): boolean => isCheckedFirst(call) && call.settings.cascadeShow === 'held';

/**
 * Keeps back what is shown until it cannot be withdrawn any more, which is at the end, or where the reply breaks off;
 * what it used goes on at once. Its reader sees no `withdrawn`, and of an answer that was withdrawn nothing.
 */
export async function* holdBack<Result>(
  reply: AsyncGenerator<ReplyEvent, Result>,
): AsyncGenerator<ReplyEvent, Result> {
  const shown: ReplyEvent[] = [];
  try {
    let step = await reply.next();
    for (; step.done !== true; step = await reply.next()) {
      const event = step.value;
      if (isShown(event)) shown.push(event);
      else if (event.type === 'withdrawn') shown.length = 0;
      else {
        if (event.type === 'end') yield* shown.splice(0);
        yield event;
      }
    }
    yield* shown;
    return step.value;
  } catch (error) {
    yield* shown;
    throw error;
  } finally {
    // Where nobody reads on, what is below ends too.
    await reply.return(undefined as never);
  }
}

/** A stored reply as the events of a reply, at once or at the pace of a model that writes. */
import { farthingError } from '../../protocol/errors.ts';
import type { Clock, ReplyPart, StoredReply } from './ports.ts';
import type { Reply } from './stage.ts';

/** Characters of a token: close enough for a pace (OpenAI, "What are tokens and how to count them?"). */
const CHARACTERS_PER_TOKEN = 4;

/** How often something is written; the eye sees no steps that are shorter. */
const STEP_MS = 25;

/** How a reply is written. */
export interface Pace {
  readonly clock: Clock;
  /** 0: at once. */
  readonly tokensPerSecond: number;
  readonly signal: AbortSignal;
}

/** The parts of a stored reply in their order. Throws "cancelled" when the signal aborts before their end. */
export async function* replayParts({ parts }: StoredReply, pace: Pace): Reply {
  if (pace.tokensPerSecond <= 0) return yield* parts;
  const perMs = (pace.tokensPerSecond * CHARACTERS_PER_TOKEN) / 1000;
  const most = Math.max(CHARACTERS_PER_TOKEN, Math.round(perMs * STEP_MS));
  const begun = pace.clock.elapsed();
  let written = 0;
  for (const part of parts)
    for (const piece of piecesOf(part, most)) {
      // From the beginning and not from the last piece, so that late timers do not add up.
      await waitUntil(begun + written / perMs, pace);
      yield piece;
      written += lengthOf(piece);
    }
}

function* piecesOf(part: ReplyPart, most: number): Generator<ReplyPart> {
  if (part.type === 'toolCall') return yield part;
  for (let start = 0; start < part.text.length; ) {
    let end = start + most;
    if (isPairAt(part.text, end - 1)) end += 1;
    yield { type: part.type, text: part.text.slice(start, end) };
    start = end;
  }
}

/** True where the units at `index` and after it are one character. */
const isPairAt = (text: string, index: number): boolean => (text.codePointAt(index) ?? 0) > 0xffff;

const lengthOf = (part: ReplyPart): number =>
  part.type === 'toolCall' ? part.arguments.length : part.text.length;

async function waitUntil(when: number, { clock, signal }: Pace): Promise<void> {
  const milliseconds = when - clock.elapsed();
  try {
    if (signal.aborted) throw signal.reason;
    if (milliseconds > 0) await clock.sleep(milliseconds, signal);
  } catch (cause) {
    throw signal.aborted ? farthingError('cancelled', {}, { cause }) : cause;
  }
}

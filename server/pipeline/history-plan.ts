/** Which turns of a call's conversation are left out, told by true counts. */
import type { Message } from '../../protocol/messages.ts';
import { callsUntilNext, type TurnSize, trimsOf } from '../fitting/trims.ts';
import { isLongConversation, readTurns, type Turn } from '../fitting/turns.ts';
import { isContinuationRequest } from '../prompts/continuation.ts';
import type { TokenCount } from './ports.ts';
import type { Call } from './stage.ts';

/** So many messages of conversations are counted once only. */
export const MOST_MESSAGES = 4096;

/** What a message takes beside its text: OpenAI's chat format, and about what others take. */
const MESSAGE_TOKENS = 4;

/** Of the limit: how much is left after a cut, and how much a summary may have, with its bounds in tokens. */
const CUT_TO = 0.6;
const SUMMARY_SHARE = 0.05;
const LONGEST_SUMMARY = 1000;

/** What the words around a summary take. */
const FRAME_TOKENS = 40;

/** What is left out of a conversation. Indexes are those of the call's messages. */
export interface HistoryPlan {
  readonly dropped: ReadonlySet<number>;
  readonly droppedTurns: number;
  readonly droppedTokens: number;
  /** All turns and all tokens there are. */
  readonly turns: number;
  readonly tokens: number;
  readonly approximate: boolean;
  readonly perMessage: number;
  /** What was left out with each cut, one after the other; the last may have a summary that extends one before. */
  readonly parts: readonly { readonly messages: readonly Message[]; readonly tokens: number }[];
  /** About how many tokens a summary is to have. */
  readonly summaryTokens: number;
  /** In how many calls the last cut is expected to save. */
  readonly calls: number;
}

/** Told without counting, for the key of a request too: false for a call that is surely sent as it is. */
export const mayBeFitted = (call: Call, messages = call.messages): boolean =>
  !call.off.has('fitHistory') && isLongConversation(messages, call.settings.historyTokens, MESSAGE_TOKENS);

/** The plan for a call; null where all of it is sent. */
export async function planHistory(
  { messages, settings }: Call,
  count: (text: string) => Promise<TokenCount>,
): Promise<HistoryPlan | null> {
  const counts = await Promise.all(messages.map(({ content }) => count(content)));
  const sizes = counts.map(({ tokens }) => tokens + MESSAGE_TOKENS);
  const turns = readTurns(messages, isContinuationRequest);
  const limit = settings.historyTokens;
  const summaryTokens = Math.min(LONGEST_SUMMARY, Math.ceil(limit * SUMMARY_SHARE));
  const trims = trimsOf(turnSizes(messages, turns, sizes), {
    limit,
    cutTo: limit * CUT_TO,
    standIn: summaryTokens + FRAME_TOKENS,
  });
  const last = trims.at(-1);
  if (last === undefined) return null;

  const sizeOf = (indexes: readonly number[]) =>
    indexes.reduce((sum, index) => sum + (sizes[index] as number), 0);
  const indexesOf = (some: readonly Turn[]) =>
    some.filter(({ pinned }) => !pinned).flatMap(({ asking, answer }) => [...asking, ...answer]);
  const parts = trims.map(({ start }, index) => {
    const indexes = indexesOf(turns.slice(trims[index - 1]?.start ?? 0, start));
    return { messages: indexes.map((one) => messages[one] as Message), tokens: sizeOf(indexes) };
  });
  const dropped = indexesOf(turns.slice(0, last.start));
  if (dropped.length === 0) return null;
  return {
    dropped: new Set(dropped),
    droppedTurns: turns.slice(0, last.start).filter(({ pinned }) => !pinned).length,
    droppedTokens: sizeOf(dropped),
    turns: turns.length,
    tokens: sizes.reduce((sum, size) => sum + size, 0),
    approximate: counts.some(({ approximate }) => approximate),
    perMessage: MESSAGE_TOKENS,
    parts,
    summaryTokens,
    calls: callsUntilNext(last, limit),
  };
}

function turnSizes(
  messages: readonly Message[],
  turns: readonly Turn[],
  sizes: readonly number[],
): readonly TurnSize[] {
  const sum = (indexes: readonly number[]) =>
    indexes.reduce((total, index) => total + (sizes[index] as number), 0);
  let seen = 0;
  return turns.map(({ asking, answer, pinned }, index) => {
    // Those that stand before its answer were sent when it was asked; of the last turn, all were.
    const isLast = index === turns.length - 1;
    const until = answer[0] ?? (isLast ? messages.length : (asking.at(-1) ?? 0));
    let system = 0;
    for (; seen < until; seen++) if (messages[seen]?.role === 'system') system += sizes[seen] as number;
    return { asking: sum(asking), answer: sum(answer), pinned, system, isAsked: asking.length > 0 };
  });
}

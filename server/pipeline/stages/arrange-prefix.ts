import { formatTokens } from '../../../protocol/receipt.ts';
import { candidatesOf, longEnough, messageHashes, type Reuse, reuseOf } from '../breakpoints.ts';
import { hashText } from '../hash.ts';
import { placeOf } from '../place.ts';
import type { LedgerReader, PriceBook, TokenCounter } from '../ports.ts';
import type { PrefixMemory } from '../prefix-memory.ts';
import { isCached, prefixReport } from '../prefix-report.ts';
import { takesBreakpoints, takesCacheKey } from '../prompt-caching.ts';
import type { Call, Next, PrefixPlan, Reply, ReplyEvent, Route, Stage } from '../stage.ts';
import { type VolatilePart, volatileParts } from '../volatile-parts.ts';

interface Dependencies {
  readonly ledger: Pick<LedgerReader, 'pastStarts'>;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly prefixes: PrefixMemory;
}

/** How much of the system messages tells calls of one prefix from others, in characters. */
const KEYED = 4096;

/**
 * Lets providers read the beginning of a prompt from their prefix caches. No text is moved: tools keep the order in which
 * a job sent them first, calls of one prefix get one key, and where the provider has to be told what to keep, the ends of
 * stable parts are marked if the expected reuse pays for the dearer write. Says what was read, and warns of a part that
 * changes with each call in front of a stable one. Never stops the chain; remembers in memory the last call of each job
 * and where marks are in vain.
 */
export function arrangePrefix(dependencies: Dependencies): Stage {
  return {
    name: 'arrangePrefix',
    optional: true,
    switch: 'arrangePrefix',
    run: (call, next) => (call.cache.mode === 'only' ? next(call) : arrange(call, next, dependencies)),
  };
}

async function* arrange(call: Call, next: Next, dependencies: Dependencies): Reply {
  const { prefixes, prices } = dependencies;
  const arranged = withStableTools(call, prefixes);
  const { plan, events, hashes } = await planOf(arranged, dependencies);
  let volatile: VolatilePart | null = null;
  // The rest of an answer has the same prompt before it, and nothing new to tell of it.
  if (call.part !== 'rest') {
    const parts = volatileParts(arranged.messages, arranged.startedAt);
    volatile = changingPart(arranged, parts, prefixes);
    remember(arranged, hashes, parts, prefixes);
  }
  yield* events;
  for await (const event of next({ ...arranged, prefix: plan })) {
    yield event;
    if (event.type !== 'attempt' || event.attempt.outcome !== 'answered') continue;
    const { attempt } = event;
    const place = `${attempt.provider}/${attempt.model}`;
    if (plan?.at.includes(place) === true) prefixes.heard(place, isCached(attempt.usage));
    for (const { action, why, savedNano } of prefixReport(arranged, attempt, volatile, prices))
      yield decision(action, why, savedNano);
    // Once is enough, however many models are asked.
    volatile = null;
  }
}

const routesOf = (call: Call): readonly Route[] => [call, ...call.ladder];

/** The same tools in another order would be another prefix; their order means nothing to the caller. */
function withStableTools(call: Call, prefixes: PrefixMemory): Call {
  const { tools, attribution } = call;
  if (tools.length < 2 || attribution.job === null) return call;
  const order = prefixes.lastCall(attribution.job)?.tools ?? [];
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const known = order.flatMap((name) => byName.get(name) ?? []);
  const isSame = known.length === tools.length && byName.size === tools.length;
  return isSame && known.some((tool, index) => tool !== tools[index]) ? { ...call, tools: known } : call;
}

interface Planned {
  readonly plan: PrefixPlan | null;
  readonly events: readonly ReplyEvent[];
  /** Of the messages; empty where nobody needs them. */
  readonly hashes: readonly string[];
}

async function planOf(call: Call, dependencies: Dependencies): Promise<Planned> {
  const { counter, prefixes } = dependencies;
  const { job } = call.attribution;
  const cacheKey = [...routesOf(call), ...call.chain].some(takesCacheKey) ? keyOf(call, prefixes.salt) : null;
  const markable = job === null ? [] : routesOf(call).filter(takesBreakpoints);
  if (job === null || markable.length === 0)
    return { plan: cacheKey === null ? null : { cacheKey, breakpoints: [], at: [] }, events: [], hashes: [] };

  const hashes = messageHashes(call);
  const candidates = candidatesOf(call, hashes, prefixes.lastCall(job));
  const events: ReplyEvent[] = [];
  const at: string[] = [];
  let breakpoints: readonly number[] = [];
  for (const route of markable) {
    const place = placeOf(route);
    const reuse = prefixes.worksAt(place) ? reuseOf(call, route, dependencies) : null;
    if (reuse === null) continue;
    const kept = await longEnough(call, route, candidates, counter);
    if (kept.breakpoints.length === 0) continue;
    events.push(decision(reuse.pays ? 'marked' : 'stoodAside', marking(place, kept.tokens, reuse)));
    if (!reuse.pays) continue;
    at.push(place);
    // Of several models the one that keeps shorter prefixes has more of them; too short a mark is simply not kept.
    if (kept.breakpoints.length > breakpoints.length) breakpoints = kept.breakpoints;
  }
  const plan = cacheKey === null && at.length === 0 ? null : { cacheKey, breakpoints, at };
  return { plan, events, hashes };
}

/** One key for calls with one prefix: neither a text that is sent is part of it, nor a name that could be guessed. */
function keyOf({ messages, attribution }: Call, salt: string): string | null {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const system = messages
    .slice(0, first < 0 ? messages.length : first)
    .map(({ content }) => content)
    .join('\n')
    .slice(0, KEYED);
  const what =
    system !== '' ? `system ${system}` : attribution.job === null ? null : `job ${attribution.job}`;
  return what === null ? null : hashText(`${salt} ${what}`).slice(0, 32);
}

/**
 * The first part that is another in each call: one that was another last time with the same behind it. Without a last time
 * a time of now in what the system says; in what a user says it is as well of a log that is another each time.
 */
function changingPart(
  { attribution: { job }, messages }: Call,
  parts: readonly VolatilePart[],
  prefixes: PrefixMemory,
): VolatilePart | null {
  if (parts.length === 0) return null;
  const last = job === null ? undefined : prefixes.lastCall(job)?.volatile;
  const isSpoiling = (part: VolatilePart) => {
    const isSystemTime = part.kind === 'time' && messages[part.message]?.role === 'system';
    const before = last?.get(slotOf(part));
    if (before === undefined) return isSystemTime;
    return before.following === part.following && (isSystemTime || before.value !== part.value);
  };
  return parts.find(isSpoiling) ?? null;
}

const slotOf = ({ message, line }: VolatilePart): string => `${message}:${line}`;

function remember(
  { attribution: { job }, tools }: Call,
  messages: readonly string[],
  parts: readonly VolatilePart[],
  prefixes: PrefixMemory,
): void {
  if (job === null) return;
  const volatile = new Map<string, Pick<VolatilePart, 'value' | 'following'>>();
  for (const part of parts)
    if (!volatile.has(slotOf(part)))
      volatile.set(slotOf(part), { value: part.value, following: part.following });
  prefixes.remember(job, { messages, tools: tools.map(({ name }) => name), volatile });
}

function marking(place: string, tokens: number, { calls, inTime, write, read, pays }: Reuse): string {
  const often = `${inTime} of the last ${calls} calls of this prompt came within five minutes of the one before`;
  const prices = `a write costs ${write.toFixed(2)} and a read ${read.toFixed(2)} of plain input`;
  return pays
    ? `The first ${formatTokens(tokens)} tokens are marked for the cache of ${place}: ${often}; ${prices}.`
    : `Nothing is marked for the cache of ${place}: only ${often}; ${prices}.`;
}

const decision = (action: string, why: string, savedNano = 0): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'arrangePrefix', action, why, ...(savedNano > 0 ? { savedNano } : {}) },
});

import type { Message } from '../../../protocol/messages.ts';
import { formatMoney, type NanoDollars } from '../../../protocol/money.ts';
import { formatTokens, NO_USAGE } from '../../../protocol/receipt.ts';
import { createCountMemory } from '../count-memory.ts';
import { type HistoryPlan, MOST_MESSAGES, mayBeFitted, planHistory } from '../history-plan.ts';
import { hasMarkedParts } from '../marked-parts.ts';
import type { Clock, ComponentCache, Compressor, PriceBook, TokenCounter } from '../ports.ts';
import { createSentTokens } from '../sent-tokens.ts';
import type { Call, Next, Reply, ReplyEvent, Route, Stage } from '../stage.ts';
import { createSummariser, type Summary } from '../summariser.ts';
import { WITHOUT_SUMMARY, withSummary } from '../summary-text.ts';

interface Dependencies {
  readonly clock: Clock;
  /** What may shorten turns later, so that leaving them out saves less. */
  readonly compressor: Compressor;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly components: ComponentCache;
  /** The pipeline itself, for the call that makes a summary. */
  readonly ask: Next;
}

/**
 * A conversation that is longer than `farthing.history.tokens` is sent without its oldest turns, but for system messages
 * and pinned turns. A summary with a list of key facts stands for them where it pays to have one made, which is a call of
 * its own with a line of its own. It is cut back seldom and by much, so that what a provider keeps of it stays good in
 * between. Never stops the chain; stores summaries.
 */
export function fitHistory(dependencies: Dependencies): Stage {
  const { counter, prices } = dependencies;
  const count = createCountMemory(counter, MOST_MESSAGES);
  const summarise = createSummariser(dependencies);
  const sentTokens = createSentTokens(dependencies);
  return {
    name: 'fitHistory',
    optional: true,
    switch: 'fitHistory',
    run: (call, next) =>
      // What may only have a kept answer is not sent.
      call.cache.mode !== 'only' && mayBeFitted(call) ? fitted(call, next) : next(call),
  };

  async function* fitted(call: Call, next: Next): Reply {
    const countText = async (text: string) => await count(call, text);
    const plan = await planHistory(call, countText);
    const standIn =
      plan === null
        ? null
        : await standInFor(plan, countText, savingOf(call, plan), (some) => summarise(call, some));
    if (plan === null || standIn === null) {
      yield* next(call);
      return;
    }
    const { tokens } = standIn;
    yield decision('trimmed', trimmedWords(call, plan), tokens, keptPrice(call, tokens));
    yield standIn.decision;
    yield* next({ ...call, messages: replaced(call.messages, plan.dropped, standIn.messages) });
  }

  /** How many tokens leaving out the turns saves, of which later stages may leave out or shorten some anyway. */
  function savingOf(call: Call, plan: HistoryPlan): Saving {
    const { messages } = call;
    let all: Promise<number> | null = null;
    return async (standIn, standInTokens) => {
      // What messages take beside their text is not known of every model: without it, too, it must be less.
      const plain = plan.droppedTokens - standInTokens;
      if (plain <= plan.dropped.size * plan.perMessage) return 0;
      if (!hasMarkedParts(call)) return plain;
      all ??= sentTokens(call, messages);
      return (await all) - (await sentTokens(call, replaced(messages, plan.dropped, standIn)));
    };
  }

  /** What so many tokens at the beginning of the next call cost at the least: as if the provider had kept them. */
  function keptPrice(call: Call, inputTokens: number): NanoDollars | null {
    if (call.ladder.length > 0) return null;
    const { settings, startedAt } = call;
    const usage = { ...NO_USAGE, inputTokens, cachedInputTokens: inputTokens };
    const price = ({ provider, model }: Route) =>
      prices.cost(provider, model, usage, settings, startedAt).nano;
    return price(call);
  }
}

/** Tokens that it saves to put messages of so many tokens in the place of turns; 0 or less where it does not pay. */
type Saving = (standIn: readonly Message[], standInTokens: number) => Promise<number>;

/** What stands for the turns that are left out. */
interface StandIn {
  readonly messages: readonly Message[];
  /** What it saves, in tokens. */
  readonly tokens: number;
  readonly decision: ReplyEvent;
}

/** Null where it would be no shorter than the turns themselves. */
async function standInFor(
  plan: HistoryPlan,
  count: (text: string) => Promise<{ readonly tokens: number }>,
  saving: Saving,
  summarise: (plan: HistoryPlan) => Promise<Summary>,
): Promise<StandIn | null> {
  const sizeOf = async (messages: readonly Message[]) => {
    const counts = await Promise.all(messages.map(({ content }) => count(content)));
    return counts.reduce((sum, { tokens }) => sum + tokens + plan.perMessage, 0);
  };
  const size = await sizeOf(WITHOUT_SUMMARY);
  const bare = await saving(WITHOUT_SUMMARY, size);
  if (bare <= 0) return null;
  const without = (summary: Summary): StandIn => ({
    messages: WITHOUT_SUMMARY,
    tokens: bare,
    decision: summaryDecision(summary),
  });
  // It has to pay by what is really saved.
  const summary = await summarise({ ...plan, droppedTokens: bare + size });
  if (summary.text === null) return without(summary);
  const messages = withSummary(summary.text);
  const tokens = await saving(messages, await sizeOf(messages));
  if (tokens > 0) return { messages, tokens, decision: summaryDecision(summary) };
  const why = 'the summary is no shorter than they are';
  return without({ ...summary, text: null, action: 'dropped', why });
}

function replaced(
  messages: readonly Message[],
  dropped: ReadonlySet<number>,
  standIn: readonly Message[],
): readonly Message[] {
  const first = Math.min(...dropped);
  return messages.flatMap((message, index) =>
    index === first ? standIn : dropped.has(index) ? [] : [message],
  );
}

function trimmedWords(call: Call, { droppedTurns, turns, droppedTokens, tokens, approximate }: HistoryPlan) {
  const limit = formatTokens(call.settings.historyTokens);
  const amount = `${formatTokens(droppedTokens, approximate)} of ${formatTokens(tokens, approximate)} tokens`;
  return `The oldest ${formatTokens(droppedTurns)} of ${formatTokens(turns)} turns were left out, ${amount}, since the conversation is longer than farthing.history.tokens (${limit}). "Bring Back Dropped Context" or farthing run --all-context sends all of it.`;
}

function summaryDecision({ action, why, nano, model }: Summary): ReplyEvent {
  const cost = nano === null ? 'an unknown price' : formatMoney(nano);
  const by = `by ${model}, a call of its own for`;
  const sentence = {
    reused: 'The summary that was made of them before stands for them, for nothing.',
    summarised: `A summary and a list of key facts stand for them, made ${by} ${cost}.`,
    extended: `The summary of the turns before was extended and stands for them, ${by} ${cost}.`,
    assumed: `A summary and a list of key facts will stand for them, to be made ${by} about ${cost}.`,
    dropped: `Nothing stands for them: ${why}.`,
  }[action];
  return decision(action, sentence, 0, nano === null ? null : -nano);
}

function decision(
  action: string,
  why: string,
  savedTokens: number,
  savedNano: NanoDollars | null,
): ReplyEvent {
  return {
    type: 'decision',
    decision: {
      stage: 'fitHistory',
      action,
      why,
      ...(savedTokens === 0 ? {} : { savedTokens }),
      ...(savedNano === null || savedNano === 0 ? {} : { savedNano }),
    },
  };
}

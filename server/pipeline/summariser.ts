/** Summaries of turns that are left out: kept ones, extended ones, new ones, or none where none pays or can be had. */
import { inWords } from '../../protocol/decision-text.ts';
import { toFarthingError } from '../../protocol/errors.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE, type Receipt } from '../../protocol/receipt.ts';
import type { HistoryPlan } from './history-plan.ts';
import type { Clock, ComponentCache, PriceBook } from './ports.ts';
import type { Call, Next, Route } from './stage.ts';
import { keepsSummaries, type SummaryUsage, summarisersOf, summaryCall } from './summary-call.ts';
import { createSummaryStore, summaryHashes } from './summary-store.ts';
import { summaryRequest } from './summary-text.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly prices: PriceBook;
  readonly components: ComponentCache;
  readonly ask: Next;
}

/** What came of it. */
export interface Summary {
  /** Null where there is none. */
  readonly text: string | null;
  /** `assumed`: a preview makes none, and takes one of the length that is asked for. */
  readonly action: 'reused' | 'summarised' | 'extended' | 'assumed' | 'dropped';
  /** Why there is none: a part of a sentence. */
  readonly why: string;
  /** What it cost now, or what a preview takes it to cost; null where the price is not known. */
  readonly nano: NanoDollars | null;
  /** Who made it; "" for nobody. */
  readonly model: string;
}

/** The summary for a plan; it throws only what ends the call itself. */
export type Summariser = (call: Call, plan: HistoryPlan) => Promise<Summary>;

/** So many summaries before the last are looked for, newest first, to extend one. */
const MOST_EARLIER = 8;

/** Of what it is asked to have, an answer may have so much: models that reason count that, too. */
const ROOM = 4;

/** Tokens of what a summary is asked with besides the turns. */
const REQUEST_TOKENS = 200;

/** Makes the function; it remembers for a while what could not be summed up. */
export function createSummariser({ clock, prices, components, ask }: Dependencies): Summariser {
  const store = createSummaryStore(components);

  return async (call, plan) => {
    const { parts, summaryTokens } = plan;
    const now = clock.now();
    const keeps = keepsSummaries(call);
    const hashes = summaryHashes(
      parts.map(({ messages }) => messages),
      { scope: call.cache.scope, tokens: summaryTokens },
    );
    const hash = hashes.at(-1) as string;
    const kept = keeps ? newestKept(hashes, now) : null;
    if (kept?.index === hashes.length - 1) return { ...NONE, text: kept.text, action: 'reused' };

    const missing = parts.slice((kept?.index ?? -1) + 1);
    const usage = {
      inputTokens:
        missing.reduce((sum, { tokens }) => sum + tokens, REQUEST_TOKENS) +
        (kept === null ? 0 : summaryTokens),
      outputTokens: summaryTokens,
    };
    const able = summarisersOf(call, usage, prices);
    if (able.length === 0) return dropped('no model that may sum them up can read all of them');
    const paying = able.filter(({ nano }) => pays(call, plan, usage, nano, keeps));
    if (paying.length === 0) return dropped('a summary would cost more than it is expected to save');
    const failure = store.failure(hash, clock.elapsed());
    if (failure?.isRecent) return dropped(`making a summary failed a while ago (${failure.why})`);

    const turns = missing.flatMap(({ messages }) => messages);
    const request = summaryRequest(turns, kept?.text ?? null, summaryTokens);
    const made = await answerTo(
      summaryCall(call, request, {
        rungs: paying.map(({ rung }) => rung),
        maxTokens: summaryTokens * ROOM,
        // What was no summary may have been kept as an answer.
        cache: !keeps ? 'bypass' : failure === null ? 'use' : 'refresh',
      }),
    );
    const { nano, model } = made;
    if (made.text !== null) {
      if (keeps) store.put(hash, made.text, now);
      return { ...NONE, text: made.text, action: kept === null ? 'summarised' : 'extended', nano, model };
    }
    // A preview gets no text and assumes what it would use.
    if (made.isEstimate) return { ...NONE, text: assumedText(summaryTokens), action: 'assumed', nano, model };
    if (call.signal.aborted && made.error !== null) throw made.error;
    store.noteFailure(hash, made.why, clock.elapsed());
    return { ...dropped(`making a summary failed (${made.why})`), nano };
  };

  function newestKept(hashes: readonly string[], now: number) {
    for (let index = hashes.length - 1; index >= 0 && index >= hashes.length - 1 - MOST_EARLIER; index--) {
      const text = store.get(hashes[index] as string, now);
      if (text !== null) return { index, text };
    }
    return null;
  }

  /** Whether this and the next calls are expected to save at least what a summary costs, against sending all of it. */
  function pays(
    call: Call,
    { droppedTokens, summaryTokens, calls }: HistoryPlan,
    usage: SummaryUsage,
    nano: NanoDollars | null,
    keeps: boolean,
  ): boolean {
    const saved = (droppedTokens - summaryTokens) * (keeps ? calls : 1);
    if (saved <= 0) return false;
    // As if the provider had kept them from the call before, where that has a price of its own.
    const input = { ...NO_USAGE, inputTokens: saved, cachedInputTokens: saved };
    const worth = ({ provider, model }: Route) =>
      prices.cost(provider, model, input, call.settings, call.startedAt).nano;
    const worths = (call.ladder.length > 0 ? call.ladder : [call]).map(worth);
    const known = worths.filter((one) => one !== null);
    // Without prices, tokens say it.
    if (nano === null || known.length < worths.length) return usage.inputTokens + usage.outputTokens <= saved;
    return nano <= Math.min(...known);
  }

  async function answerTo(request: Call) {
    let text = '';
    let refused = false;
    let receipt: Receipt | null = null;
    let error: unknown = null;
    try {
      for await (const event of ask(request)) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'refusal') refused = true;
        else if (event.type === 'receipt') receipt = event.receipt;
      }
    } catch (thrown) {
      error = thrown;
    }
    const { cost, usage, model } = receipt ?? { cost: { nano: 0 }, usage: NO_USAGE, model: request.model.id };
    const isWhole = error === null && !refused && text.trim() !== '';
    return {
      text: isWhole ? text.trim() : null,
      isEstimate: error === null && usage.source === 'assumed',
      nano: cost.nano,
      model,
      error,
      why: error === null ? 'the model gave none' : inWords(toFarthingError(error).code),
    };
  }
}

const NONE: Summary = { text: null, action: 'dropped', why: '', nano: 0, model: '' };

const dropped = (why: string): Summary => ({ ...NONE, why });

/** A short common word is one token everywhere. */
const assumedText = (tokens: number): string => Array.from({ length: tokens }, () => 'fact').join(' ');

/** Small stand-ins for what the pipeline reaches through its ports, and a call to send through it. */
import type { CacheMode } from '../../protocol/messages.ts';
import type { Tier } from '../../protocol/routing.ts';
import { defaultSettings, type ProviderSettings } from '../../protocol/settings.ts';
import { createFlights } from '../../server/pipeline/flights.ts';
import { createHealth } from '../../server/pipeline/health.ts';
import type { PipelineDependencies } from '../../server/pipeline/pipeline.ts';
import type {
  Budgets,
  Clock,
  Compressor,
  Gates,
  Keys,
  PriceBook,
  Router,
  TokenCount,
  TokenCounter,
} from '../../server/pipeline/ports.ts';
import { createPrefixMemory } from '../../server/pipeline/prefix-memory.ts';
import { createFormatMemory } from '../../server/pipeline/response-formats.ts';
import type { CachePolicy, Call, Reply, ReplyEvent } from '../../server/pipeline/stage.ts';
import { createWarmth } from '../../server/pipeline/warmth.ts';
import { createMemoryComponentCache } from './memory-component-cache.ts';
import { createMemoryReplyStore } from './memory-reply-store.ts';
import { createMemoryLedger } from './memory-stores.ts';

/** What `fakePrices` charges, in nano-dollars per token. */
export const FAKE_PRICES = { input: 1, output: 10, version: 'fake@1' } as const;

/** Words between white space: the tokens of `fakeCounter`. */
export const countWords = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

/** Counts words; `approximate` says what every count claims of itself. */
export function fakeCounter(approximate = false): TokenCounter {
  const count = (tokens: number): Promise<TokenCount> => Promise.resolve({ tokens, approximate });
  return {
    countMessages: (_model, messages) =>
      count(messages.reduce((sum, message) => sum + countWords(message.content), 0)),
    countTools: (_model, tools) => count(tools.length),
    countText: (_model, text) => count(countWords(text)),
  };
}

/** 1 nano-dollar per input token, 10 per output token; cached tokens cost the same. */
export function fakePrices(): PriceBook {
  return {
    cost: (_provider, _model, usage) => ({
      nano: usage.inputTokens * FAKE_PRICES.input + usage.outputTokens * FAKE_PRICES.output,
      priceVersion: FAKE_PRICES.version,
    }),
    contextTokens: (_provider, model) => model.contextTokens,
  };
}

/** A clock that moves only when told to. */
export interface TestClock extends Clock {
  /** Moves both clocks on and ends the sleeps that are over, in the order in which they end. */
  advance(milliseconds: number): void;
  /** Durations of the sleeps that have not ended, in the order in which they began. */
  sleeping(): readonly number[];
  /** Milliseconds to the end of the sleep that ends first; null when nobody sleeps. */
  untilNext(): number | null;
}

/** A clock that starts at `start` (epoch milliseconds) and stands still until a test moves it. */
export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let elapsed = 0;
  const sleeps = new Set<{ readonly milliseconds: number; readonly until: number; wake: () => void }>();
  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const abandon = () => {
          sleeps.delete(sleep);
          reject(signal.reason);
        };
        const wake = () => {
          signal.removeEventListener('abort', abandon);
          resolve();
        };
        const sleep = { milliseconds, until: elapsed + milliseconds, wake };
        signal.addEventListener('abort', abandon, { once: true });
        sleeps.add(sleep);
      }),
    advance: (milliseconds) => {
      elapsed += milliseconds;
      const over = [...sleeps].filter((sleep) => sleep.until <= elapsed);
      for (const sleep of over.toSorted((a, b) => a.until - b.until)) {
        sleeps.delete(sleep);
        sleep.wake();
      }
    },
    sleeping: () => [...sleeps].map((sleep) => sleep.milliseconds),
    untilNext: () =>
      sleeps.size === 0 ? null : Math.min(...[...sleeps].map(({ until }) => until)) - elapsed,
  };
}

/** Keys by the provider's name. */
export const fakeKeys = (keys: Readonly<Record<string, string>> = {}): Keys => ({
  get: (provider) => keys[provider] ?? null,
});

/** A cache policy of this mode, with nothing else that matters. */
export const makeCachePolicy = (mode: CacheMode): CachePolicy => ({
  mode,
  why: null,
  maxAgeMs: 168 * 3_600_000,
  scope: '',
  version: null,
  promptHash: null,
});

/** A call to the provider "Test" with default settings; give what matters to the test. */
export function makeCall(overrides: Partial<Call> = {}): Call {
  const model = { id: 'test-model', contextTokens: null, encoding: null };
  const provider: ProviderSettings = {
    name: 'Test',
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [model],
    keyEnvironment: null,
    needsKey: false,
    pricedAs: null,
    alternatives: [],
    free: false,
    firstTokenSeconds: null,
    simulated: false,
  };
  return {
    id: 'call-1',
    messages: [{ role: 'user', content: 'one two three' }],
    provider,
    model,
    sampling: {},
    tools: [],
    toolChoice: null,
    responseFormat: null,
    expect: null,
    kind: 'answer',
    attribution: { feature: 'test', user: 'tester', job: null, workspace: null, branch: null, tags: [] },
    cache: makeCachePolicy('use'),
    ladder: [],
    preference: 'balanced',
    baseline: { provider, model },
    chain: [],
    downgradeTo: null,
    onlyRefusingBudgets: false,
    off: new Set(),
    part: null,
    prefix: null,
    hasAlternative: false,
    endsBy: null,
    settings: defaultSettings(),
    signal: new AbortController().signal,
    startedAt: Date.UTC(2026, 0, 1),
    ...overrides,
  };
}

/** A reply read to its end: its events, and what it threw (null for nothing). */
export async function collect(reply: Reply): Promise<{ events: ReplyEvent[]; error: unknown }> {
  const events: ReplyEvent[] = [];
  try {
    for await (const event of reply) events.push(event);
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
}

/** What the pipeline needs, with budgets that grant everything and endpoints that are well. */
export const fakeDependencies = (overrides: Partial<PipelineDependencies> = {}): PipelineDependencies => {
  const clock = overrides.clock ?? testClock();
  const ledger = createMemoryLedger();
  return {
    clock,
    ledger,
    ledgerReader: ledger,
    budgets: openBudgets,
    replies: createMemoryReplyStore(),
    flights: createFlights(),
    health: createHealth({ clock, changed: () => undefined }),
    router: evenRouter(),
    gates: openGates,
    formats: createFormatMemory(),
    prefixes: createPrefixMemory('salt'),
    warmth: createWarmth(clock),
    components: createMemoryComponentCache(),
    compressor: idleCompressor,
    prices: fakePrices(),
    counter: fakeCounter(),
    user: 'ada',
    random: () => 0.5,
    ...overrides,
  };
};

/** Believes the same of each model, by its tier; throws nothing and learns nothing. */
export const evenRouter = (probabilities: Readonly<Partial<Record<Tier, number>>> = {}): Router => ({
  judge: () => ({
    reasons: [],
    of: ({ tier }) => ({ probability: probabilities[tier] ?? 0.9, deviation: 0, seen: 0 }),
  }),
  learn: () => undefined,
});

/** Every answer passes. */
export const openGates: Gates = {
  judge: () => Promise.resolve({ passed: true, certain: false, complaints: [], notes: [] }),
  complaint: ({ complaints }) => ({ role: 'user', content: complaints.map(({ why }) => why).join(' ') }),
};

/** Finds nothing to shorten. */
export const idleCompressor: Compressor = {
  compress: (text) => Promise.resolve({ text, applied: [] }),
};

/** No budgets at all. */
export const openBudgets: Budgets = {
  watches: () => false,
  ask: () => ({ kind: 'granted', tight: [] }),
  reserve: () => ({ kind: 'granted', tight: [] }),
  release: () => undefined,
  states: () => [],
  save: () => undefined,
  delete: () => undefined,
};

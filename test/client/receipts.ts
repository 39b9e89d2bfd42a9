/** Receipts and previews for tests: whole ones, of which a test says only what it is about. */
import type { AttemptLine } from '../../protocol/messages.ts';
import { NO_USAGE, type Preview, type Receipt } from '../../protocol/receipt.ts';

/** An answered call of 1,200 input and 310 output tokens for $0.0042. */
export const aReceipt = (changes: Partial<Receipt> = {}): Receipt => ({
  callId: 'call-1',
  outcome: 'answered',
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  simulated: false,
  usage: { ...NO_USAGE, inputTokens: 1200, cachedInputTokens: 1024, outputTokens: 310 },
  replayed: null,
  cost: { nano: 4_200_000, priceVersion: 'test@1' },
  baseline: { provider: 'OpenAI', model: 'gpt-5-mini', nano: 4_200_000 },
  savedNano: 0,
  wasteNano: 0,
  estimatedNano: null,
  cacheEntry: null,
  firstTextMs: 300,
  totalMs: 2100,
  finishReason: 'stop',
  decisions: [],
  error: null,
  ...changes,
});

/** The one request of `aReceipt`. */
export const anAttempt = (changes: Partial<AttemptLine> = {}): AttemptLine => ({
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  servedModel: null,
  outcome: 'answered',
  usage: { ...NO_USAGE, inputTokens: 1200, cachedInputTokens: 1024, outputTokens: 310 },
  cost: { nano: 4_200_000, priceVersion: 'test@1' },
  firstTextMs: 300,
  totalMs: 2100,
  errorCode: null,
  ...changes,
});

/** A prompt of 1,234 input tokens that would cost $0.0042. */
export const aPreview = (changes: Partial<Preview> = {}): Preview => ({
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  simulated: false,
  inputTokens: 1234,
  missing: [],
  approximate: false,
  outputTokens: 400,
  outputBasis: 'assumed',
  tier: null,
  pastRuns: 0,
  cost: { nano: 4_200_000, priceVersion: 'test@1' },
  worst: { nano: 33_100_000, tokens: 17_618, outputTokens: 16_384 },
  cached: false,
  contextTokens: 400_000,
  stages: ['record', 'budget', 'exactCache', 'retry'],
  decisions: [{ stage: 'exactCache', action: 'missed', why: 'No stored answer to this request.' }],
  baseline: { provider: 'OpenAI', model: 'gpt-5-mini', nano: 4_200_000 },
  savedNano: 0,
  ...changes,
});

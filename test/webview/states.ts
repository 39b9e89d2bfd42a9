/** Small states, summaries and calls that the panel's tests vary. */
import type { CallLine, ModelSpend, ProviderState, Summary, Totals } from '../../protocol/messages.ts';
import type { PanelState } from '../../protocol/panel-messages.ts';

/** Local noon of an ordinary day. */
export const NOON = new Date(2025, 5, 3, 12, 0).getTime();
export const MIDNIGHT = new Date(2025, 5, 3).getTime();

export function totals(changes: Partial<Totals> = {}): Totals {
  return {
    calls: 0,
    spend: 0,
    knownSpend: 0,
    unknownPriceCalls: 0,
    saved: 0,
    knownSaved: 0,
    unknownSavedCalls: 0,
    waste: 0,
    knownWaste: 0,
    coalesced: 0,
    cacheHits: 0,
    hitRate: null,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    ...changes,
  };
}

export function modelSpend(changes: Partial<ModelSpend> = {}): ModelSpend {
  return {
    provider: 'OpenAI',
    model: 'gpt-5-mini',
    simulated: false,
    calls: 1,
    spend: 0,
    knownSpend: 0,
    ...changes,
  };
}

export function callLine(changes: Partial<CallLine> = {}): CallLine {
  return {
    callId: 'first',
    startedAt: NOON,
    feature: 'prompt file',
    prompt: 'review.prompt.md',
    workspace: null,
    provider: 'OpenAI',
    model: 'gpt-5-mini',
    simulated: false,
    outcome: 'answered',
    inputTokens: 1234,
    cachedInputTokens: 1024,
    outputTokens: 310,
    approximate: false,
    counted: false,
    costNano: 1_200_000,
    savedNano: null,
    wasteNano: 0,
    cacheEntry: null,
    totalMs: 2100,
    errorMessage: null,
    ...changes,
  };
}

export function summary(changes: Partial<Summary> = {}): Summary {
  return { since: MIDNIGHT, real: totals(), simulated: totals(), byModel: [], recent: [], ...changes };
}

export function provider(changes: Partial<ProviderState> = {}): ProviderState {
  return {
    name: 'OpenAI',
    models: ['gpt-5-mini'],
    needsKey: true,
    key: 'environment',
    simulated: false,
    endpoints: [],
    ...changes,
  };
}

export function panelState(changes: Partial<PanelState> = {}): PanelState {
  return {
    daemon: 'running',
    problem: null,
    providers: [provider()],
    summary: summary(),
    baseline: '',
    ...changes,
  };
}

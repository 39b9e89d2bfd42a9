/** The handler that compares a prompt over all configured models: previews, with nothing sent. */
import { FarthingError } from '../../protocol/errors.ts';
import type { MESSAGES, ParamsOf, PromptSource } from '../../protocol/messages.ts';
import type { ComparedModels, ModelComparison, NamedRoute } from '../../protocol/model-comparison.ts';
import type { Preview } from '../../protocol/receipt.ts';
import { modelPrice } from '../calls/model-price.ts';
import { missingVariables, prepareCall } from '../calls/prepare-call.ts';
import type { Route } from '../pipeline/stage.ts';
import type { HandlerContext } from './context.ts';

/** More models than anyone compares. */
const MOST_MODELS = 200;

/** Previews at once: each counts on this thread, so that more would only make others wait. */
const AT_ONCE = 4;

/** Compares; a model with which the prompt cannot be estimated says why, and the others are compared all the same. */
export async function compareModels(
  context: HandlerContext,
  { source }: ParamsOf<typeof MESSAGES.compareModels>,
): Promise<ComparedModels> {
  const { session, previews } = context;
  const routes = session.settings.providers.flatMap((provider) =>
    provider.models.map((model): Route => ({ provider, model })),
  );
  const models: ModelComparison[] = [];
  const waiting = routes.slice(0, MOST_MODELS);
  const work = async () => {
    for (let route = waiting.shift(); route !== undefined; route = waiting.shift())
      models.push(await compareOne(context, source, route));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    models: models.sort(byCost),
    own: await previews.of({ source }).then(nameOf, nullIfKnown),
    leftOut: Math.max(0, routes.length - MOST_MODELS),
  };
}

const nameOf = ({ provider, model }: Preview): NamedRoute => ({ provider, model });

/** What is wrong with the prompt is said with each model; what should not happen is not hidden. */
function nullIfKnown(error: unknown): null {
  if (error instanceof FarthingError) return null;
  throw error;
}

async function compareOne(
  { session, daemon }: HandlerContext,
  source: PromptSource,
  route: Route,
): Promise<ModelComparison> {
  const now = daemon.clock.now();
  const about = {
    provider: route.provider.name,
    model: route.model.id,
    simulated: route.provider.simulated,
    price: modelPrice(daemon.prices, route, session.settings, now),
  };
  try {
    const request = {
      callId: 'compare',
      source,
      feature: 'prompt file',
      // Any name will do, since the route is put in its place: names may be those of two models.
      model: route.model.id,
      cache: 'bypass',
      signal: new AbortController().signal,
      startedAt: now,
      purpose: 'preview',
    } as const;
    const call = prepareCall(request, session);
    const missing = missingVariables(source, session);
    const straight = { ...call, ...route, ladder: [], chain: [], onlyRefusingBudgets: true };
    const preview = { ...(await daemon.engine.preview(straight)), missing };
    const { contextTokens, inputTokens, outputTokens, cost } = preview;
    return {
      ...about,
      preview,
      problem: null,
      fits: contextTokens === null ? null : inputTokens + outputTokens <= contextTokens,
      thousandRunsNano: cost.nano === null ? null : cost.nano * 1000,
    };
  } catch (error) {
    if (!(error instanceof FarthingError)) throw error;
    return { ...about, preview: null, problem: error.message, fits: null, thousandRunsNano: null };
  }
}

/** The cheapest first, those of unknown price last; by name where the cost is the same. */
function byCost(a: ModelComparison, b: ModelComparison): number {
  const cost = ({ thousandRunsNano }: ModelComparison) => thousandRunsNano ?? Number.POSITIVE_INFINITY;
  const [one, other] = [cost(a), cost(b)];
  if (one !== other) return one - other;
  return a.model.localeCompare(b.model) || a.provider.localeCompare(b.provider);
}

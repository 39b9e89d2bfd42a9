import {
  type ErrorCode,
  type FarthingError,
  farthingError,
  toFarthingError,
} from '../../../protocol/errors.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import { decisionOf } from '../decision.ts';
import { withTakenTemperature } from '../own-temperature.ts';
import type { Clock, Health } from '../ports.ts';
import { isShown } from '../shown.ts';
import type { Call, Next, Reply, ReplyEvent, Route, Stage } from '../stage.ts';
import { limitTime } from '../time-limit.ts';

const decision = decisionOf('fallback');

/** Errors after which a call goes on elsewhere. */
const LEAVES: ReadonlySet<ErrorCode> = new Set([
  'network',
  'timeout',
  'slowStart',
  'providerDown',
  'malformedStream',
  'cutStream',
  'rateLimited',
  'endpointPaused',
  'quotaExceeded',
  'keyRefused',
  'noKey',
  'noSuchModel',
]);

/** The same where the model is not the one that was asked for: the next may take what this one does not. */
const LEAVES_OTHER_MODEL: typeof LEAVES = new Set([...LEAVES, 'badRequest', 'contextTooLong']);

/** Whether a call goes on elsewhere. One that Farthing chose the model of may have chosen one that is too small. */
function leaves(call: Call, { model }: Route, { code }: FarthingError): boolean {
  if (model.id !== call.model.id) return LEAVES_OTHER_MODEL.has(code);
  return LEAVES.has(code) || (code === 'contextTooLong' && call.ladder.length > 0);
}

/** Errors that pass by themselves: one that somebody can mend is of more help. */
const PASSES: ReadonlySet<ErrorCode> = new Set(['endpointPaused', 'slowStart', 'rateLimited']);

/**
 * Goes on elsewhere where an endpoint fails, is at capacity or is slow to begin: to the other endpoints of the same
 * model, then down the call's chain with those of each. Never after something was shown, since two answers would be
 * mixed; never from real money to simulated or back. Stops where the request itself is wrong. Stores nothing.
 */
export function fallback({ clock, health }: { readonly clock: Clock; readonly health: Health }): Stage {
  return {
    name: 'fallback',
    optional: false,
    switch: 'fallback',
    run(call, next) {
      const routes = routesOf(call);
      return routes.length === 1 ? next(call) : goOn(call, routes, next, { clock, health });
    },
  };
}

async function* goOn(
  call: Call,
  [first, ...others]: readonly Route[],
  next: Next,
  { clock, health }: { readonly clock: Clock; readonly health: Health },
): Reply {
  const isPaused = ({ provider }: Route) => health.of(provider.baseUrl).circuit === 'open';
  const failures: FarthingError[] = [];
  let route = first;
  let rest = others;
  while (route !== undefined) {
    const hasAlternative = call.hasAlternative || rest.some((other) => !isPaused(other));
    const there = { ...call, ...route, hasAlternative };
    const asked = route.model.id === call.model.id ? there : withTakenTemperature(there);
    const { error, shown } = yield* send(asked, next, clock);
    if (error === null) return;
    if (shown || !leaves(call, route, error)) throw error;
    const why = faultWords(error.code);
    failures.push(error);
    const { name } = route.provider;
    const failed = nameOf(route);
    // Its other endpoints want the same key.
    if (error.code === 'noKey') rest = rest.filter(({ provider }) => provider.name !== name);
    [route, ...rest] = rest;
    yield route === undefined
      ? decision('exhausted', `${failed} ${why}; nothing is left to try.`)
      : decision('fellBack', `${failed} ${why}; went on to ${nameOf(route)}.`);
  }
  throw mostHelpful(failures);
}

/** Where the call may go, in order: endpoints of its own model, then those of its chain; each once. */
function routesOf(call: Call): Route[] {
  const routes = [{ provider: call.provider, model: call.model }, ...call.chain]
    .filter(({ provider }) => provider.simulated === call.provider.simulated)
    .flatMap(({ provider, model }) =>
      [provider.baseUrl, ...provider.alternatives].map((baseUrl) => ({
        provider: { ...provider, baseUrl },
        model,
      })),
    );
  const named = new Map<string, Route>();
  for (const route of routes) {
    const name = JSON.stringify([route.provider.name, route.provider.baseUrl, route.model.id]);
    if (!named.has(name)) named.set(name, route);
  }
  return [...named.values()];
}

/** Sends to one route; ends it where it is slow to begin and the call can go on elsewhere. */
async function* send(
  call: Call,
  next: Next,
  clock: Clock,
): AsyncGenerator<ReplyEvent, { readonly error: FarthingError | null; readonly shown: boolean }> {
  const { name: provider, firstTokenSeconds: seconds } = call.provider;
  const reply =
    seconds === null || !call.hasAlternative
      ? next(call)
      : limitTime(call, next, {
          clock,
          milliseconds: seconds * 1000,
          until: 'shown',
          error: () => farthingError('slowStart', { provider, seconds }),
        });
  let shown = false;
  try {
    for await (const event of reply) {
      shown ||= isShown(event);
      yield event;
    }
    return { error: null, shown };
  } catch (thrown) {
    return { error: toFarthingError(thrown), shown };
  }
}

const nameOf = ({ provider, model }: Route): string =>
  `${provider.name}/${model.id} at ${new URL(provider.baseUrl).host}`;

/** The first that the user can do something about; the first of all where time will do it. */
function mostHelpful(failures: readonly FarthingError[]): FarthingError | undefined {
  return failures.find(({ code, atCapacity }) => !PASSES.has(code) && !atCapacity) ?? failures[0];
}

/** Connections to providers: tests of them, and local servers that were not configured yet. */

import { farthingError } from '../../protocol/errors.ts';
import {
  type ConnectionTest,
  type DiscoveredProvider,
  MESSAGES,
  type ProbeEndpointParams,
} from '../../protocol/messages.ts';
import { PROVIDER_PRESETS } from '../../protocol/provider-presets.ts';
import type { ModelList } from '../calls/endpoint-probe.ts';
import type { HandlerContext } from './context.ts';

/** How long a test waits for an answer, in milliseconds. */
const TEST_MS = 10_000;
/** A local server answers at once or is not there. */
const LOCAL_MS = 1500;

/** Tests a configured provider with this connection's key; one that answers has its circuit closed. */
export async function testConnection(
  { session, daemon }: HandlerContext,
  { provider: name }: { readonly provider: string },
): Promise<ConnectionTest> {
  if (!session.trusted) throw farthingError('untrusted', {});
  const provider = session.settings.providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw farthingError('noProvider', {});
  const { baseUrl, needsKey, keyEnvironment, models } = provider;
  const key = session.keys.get(name);
  if (needsKey && key === null) throw farthingError('noKey', { provider: name, environment: keyEnvironment });
  const list = await daemon.endpoints.models({ name, baseUrl, key, timeoutMs: TEST_MS });
  if (list.problem === null) daemon.health.reset(baseUrl);
  session.notify(MESSAGES.healthChanged, {});
  return describe(
    name,
    list,
    models.map(({ id }) => id),
  );
}

/** Tests an endpoint that is being set up. */
export async function probeEndpoint(
  { session, daemon }: HandlerContext,
  { name, baseUrl, key }: ProbeEndpointParams,
): Promise<ConnectionTest> {
  if (!session.trusted) throw farthingError('untrusted', {});
  return describe(name, await daemon.endpoints.models({ name, baseUrl, key, timeoutMs: TEST_MS }), []);
}

/** Local servers among the presets that answer on their usual ports. */
export async function discoverProviders({ daemon }: HandlerContext): Promise<DiscoveredProvider[]> {
  const local = PROVIDER_PRESETS.filter((preset) => preset.local);
  const found = await Promise.all(
    local.map(async ({ name, baseUrl }) => {
      const { models } = await daemon.endpoints.models({ name, baseUrl, key: null, timeoutMs: LOCAL_MS });
      return models === null ? null : { name, baseUrl, models };
    }),
  );
  return found.filter((provider) => provider !== null);
}

function describe(name: string, list: ModelList, configured: readonly string[]): ConnectionTest {
  const { problem, milliseconds } = list;
  const models = list.models ?? [];
  const missing = list.models === null ? [] : configured.filter((id) => !models.includes(id));
  const message =
    problem ??
    (list.models === null
      ? `${name} answers, without a list of models.`
      : missing.length === 0
        ? `${name} answers and has ${models.length} models, all configured ones among them.`
        : `${name} answers, but its list lacks ${missing.join(', ')}. Correct farthing.providers, if the name is wrong.`);
  return { ok: problem === null, message, models, missing, milliseconds };
}

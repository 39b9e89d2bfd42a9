/** Connections to providers: tests of them, and local servers that were not configured yet. */
import { farthingError } from '../../protocol/errors.ts';
import type { ConnectionTest, DiscoveredProvider, ProbeEndpointParams } from '../../protocol/messages.ts';
import { PROVIDER_PRESETS } from '../../protocol/provider-presets.ts';
import { isLoopback, type ProviderSettings } from '../../protocol/settings.ts';
import type { ModelList } from '../calls/endpoint-probe.ts';
import type { HandlerContext } from './context.ts';
import type { Session } from './session.ts';

/** How long a test waits for an answer, in milliseconds. */
const TEST_MS = 10_000;
/** A local server answers at once or is not there. */
const LOCAL_MS = 1500;

/**
 * Tests every endpoint of a configured provider with this connection's key; the circuit of each that answers is closed.
 * Throws untrusted, unknownProvider, noProvider and noKey, with nothing sent.
 */
export async function testConnection(
  { session, daemon }: HandlerContext,
  params: { readonly provider: string },
): Promise<ConnectionTest> {
  assertTrusted(session);
  const { name, baseUrl, alternatives, needsKey, keyEnvironment, models } = providerOf(
    session,
    params.provider,
  );
  const key = session.keys.get(name);
  if (needsKey && key === null) throw farthingError('noKey', { provider: name, environment: keyEnvironment });
  const configured = models.map(({ id }) => id);
  const tests = await Promise.all(
    [...new Set([baseUrl, ...alternatives])].map(async (url) => {
      const list = await daemon.endpoints.models({ name, baseUrl: url, key, timeoutMs: TEST_MS });
      if (list.problem === null) daemon.health.reset(url);
      return { host: new URL(url).host, test: describe(name, list, configured) };
    }),
  );
  return summarise(tests);
}

/** Tests an endpoint that is being set up. */
export async function probeEndpoint(
  { session, daemon }: HandlerContext,
  { name, baseUrl, key }: ProbeEndpointParams,
): Promise<ConnectionTest> {
  assertTrusted(session);
  return describe(name, await daemon.endpoints.models({ name, baseUrl, key, timeoutMs: TEST_MS }), []);
}

/** Local servers among the presets that answer on their usual ports; asks nobody outside of this machine. */
export async function discoverProviders({ session, daemon }: HandlerContext): Promise<DiscoveredProvider[]> {
  assertTrusted(session);
  const local = PROVIDER_PRESETS.filter((preset) => preset.local && isLoopback(preset.baseUrl));
  const found = await Promise.all(
    local.map(async ({ name, baseUrl }) => {
      const { models } = await daemon.endpoints.models({ name, baseUrl, key: null, timeoutMs: LOCAL_MS });
      return models === null ? null : { name, baseUrl, models };
    }),
  );
  return found.filter((provider) => provider !== null);
}

/** In Restricted Mode nothing leaves a window, not even a question for models. */
function assertTrusted({ trusted }: Session): void {
  if (!trusted) throw farthingError('untrusted', {});
}

function providerOf({ settings: { providers } }: Session, name: string): ProviderSettings {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider !== undefined) return provider;
  if (providers.length === 0) throw farthingError('noProvider', {});
  throw farthingError('unknownProvider', {
    provider: name,
    known: providers.map((candidate) => candidate.name).join(', '),
  });
}

function describe(name: string, list: ModelList, configured: readonly string[]): ConnectionTest {
  const { problem, milliseconds } = list;
  const models = list.models ?? [];
  const missing = list.models === null ? [] : configured.filter((id) => !models.includes(id));
  return {
    ok: problem === null,
    message: problem ?? answered(name, list.models, configured, missing),
    models,
    missing,
    milliseconds,
  };
}

function answered(
  name: string,
  models: readonly string[] | null,
  configured: readonly string[],
  missing: readonly string[],
): string {
  if (models === null)
    return `${name} answers, without a list of models. Run a prompt to see whether yours are there.`;
  if (missing.length > 0)
    return `${name} answers, but its list lacks ${missing.join(', ')}. Correct farthing.providers, if the name is wrong.`;
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`;
  return configured.length === 0
    ? `${name} answers and has ${count}.`
    : `${name} answers and has ${count}, all configured ones among them.`;
}

/** The endpoints of one provider as one: it is well if all are, and each speaks for itself where they differ. */
function summarise(
  tests: readonly { readonly host: string; readonly test: ConnectionTest }[],
): ConnectionTest {
  const all = tests.map(({ test }) => test);
  const messages = new Set(all.map(({ message }) => message));
  const [only = ''] = messages;
  return {
    ok: all.every(({ ok }) => ok),
    message: messages.size === 1 ? only : tests.map(({ host, test }) => `${host}: ${test.message}`).join(' '),
    models: [...new Set(all.flatMap(({ models }) => models))],
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
    milliseconds: Math.max(...all.map(({ milliseconds }) => milliseconds)),
  };
}

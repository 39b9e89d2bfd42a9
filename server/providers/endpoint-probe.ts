/** Asks endpoints for their models. */
import type { EndpointProbe, ModelList } from '../calls/endpoint-probe.ts';
import type { Clock } from '../pipeline/ports.ts';
import { createKeepAliveFetch, type Fetch } from './keep-alive-fetch.ts';
import { toProviderError } from './provider-errors.ts';

/** Some lists describe hundreds of models in a megabyte or two; what is longer is none. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Makes the probe, by default with connections of its own. */
export function createEndpointProbe({
  clock,
  fetch = createKeepAliveFetch(),
}: {
  readonly clock: Clock;
  readonly fetch?: Fetch;
}): EndpointProbe {
  return {
    async models({ name, baseUrl, key, timeoutMs }): Promise<ModelList> {
      const begun = clock.elapsed();
      const after = () => clock.elapsed() - begun;
      const context = {
        provider: name,
        model: '',
        baseUrl,
        timeoutSeconds: Math.ceil(timeoutMs / 1000),
        begun: false,
        now: clock.now(),
      };
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, {
          method: 'GET',
          headers: headersOf(key),
          signal,
        });
        const body = parse(await textOf(response));
        // Gemini wraps its error into a list; LM Studio gives one with the status of an answer.
        const { error } = fieldsOf(Array.isArray(body) && !response.ok ? body[0] : body);
        const isWell = response.ok && (error === undefined || error === null);
        if (isWell) return { problem: null, models: idsOf(body), milliseconds: after() };
        const { status, headers } = response;
        const failure = { status, headers, error, ...codeOf(error) };
        return { problem: toProviderError(failure, context).message, models: null, milliseconds: after() };
      } catch (thrown) {
        // Silence, too, is told as an endpoint that cannot be reached: the time that a prompt has is no help here.
        return { problem: toProviderError(thrown, context).message, models: null, milliseconds: after() };
      }
    },
  };
}

/** The headers of a request; a key that no header can hold is left out, and the endpoint then says that it wants one. */
const headersOf = (key: string | null): Record<string, string> => ({
  accept: 'application/json',
  'user-agent': 'farthing',
  ...(key !== null && /^[\x21-\x7e]+$/.test(key) ? { authorization: `Bearer ${key}` } : {}),
});

/** The body as text; "" for one that is too long to be a list of models, whose connection is then closed. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Ids of an OpenAI-style list, or of one that is a plain array; null where there is none. */
function idsOf(body: unknown): readonly string[] | null {
  const list = Array.isArray(body) ? body : (fieldsOf(body)['data'] ?? fieldsOf(body)['models']);
  if (!Array.isArray(list)) return null;
  return list
    .map((entry: unknown) => fieldsOf(entry)['id'] ?? fieldsOf(entry)['name'])
    .filter((id): id is string => typeof id === 'string' && id !== '')
    .map((id) => id.replace(/^models\//, ''));
}

function codeOf(error: unknown): Readonly<Record<string, unknown>> {
  const { code, type } = fieldsOf(error);
  return { code, type };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

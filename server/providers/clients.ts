/**
 * Clients of the `openai` package, one for each endpoint and key. The package would take keys, organisations, headers
 * and its base URL from the environment, and describes the machine in its headers: here it gets every value from us,
 * and only the headers below leave.
 */
import type { OpenAI } from 'openai';
import { readableError } from './error-body.ts';
import { createKeepAliveFetch, type Fetch } from './keep-alive-fetch.ts';

/** Clients are few: endpoints in use, times the keys of the windows. Older ones go, and their keys with them. */
const MOST_CLIENTS = 16;

/** Gives clients, each made once; the package is loaded with the first. */
export interface Clients {
  /** The client of an endpoint; a null key sends no authorization at all. */
  get(baseUrl: string, key: string | null): Promise<OpenAI>;
}

/** Clients that send through `fetch`, by default one with connections of their own. */
export function createClients(fetch: Fetch = createKeepAliveFetch()): Clients {
  const clients = new Map<string, OpenAI>();
  return {
    get: async (baseUrl, key) => {
      const name = JSON.stringify([baseUrl, key]);
      const known = clients.get(name);
      if (known !== undefined) return known;
      const { OpenAI } = await import('openai');
      const client = new OpenAI({
        baseURL: baseUrl,
        apiKey: key ?? 'none',
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        maxRetries: 0,
        logLevel: 'off',
        fetch: async (input, init) => readableError(await fetch(input, lean(init, key))),
      });
      clients.set(name, client);
      const [oldest] = clients.keys();
      if (clients.size > MOST_CLIENTS && oldest !== undefined) clients.delete(oldest);
      return client;
    },
  };
}

function lean(init: RequestInit | undefined, key: string | null): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'farthing',
  };
  if (key !== null) headers['authorization'] = `Bearer ${key}`;
  // A prompt goes to the endpoint that the user configured and nowhere that it points to.
  return { ...init, headers, redirect: 'manual' };
}

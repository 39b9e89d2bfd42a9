/** An endpoint on loopback that gives a list of models to whoever has its key, and nothing else. */
import { type Loopback, listenOnLoopback } from '../simulator/loopback.ts';

/** An endpoint under way. */
export interface ModelListEndpoint extends AsyncDisposable {
  readonly baseUrl: string;
  /** The Authorization header of each request so far; "" for none. */
  readonly asked: readonly string[];
  /** The only key that it takes; null: it takes any, and none. */
  key: string | null;
  models: readonly string[];
}

/** Starts it with these models. */
export async function startModelList(models: readonly string[]): Promise<ModelListEndpoint> {
  const asked: string[] = [];
  const state: { key: string | null; models: readonly string[] } = { key: null, models };
  const loopback: Loopback = await listenOnLoopback((request, response) => {
    const authorization = request.headers.authorization ?? '';
    asked.push(authorization);
    const known = request.method === 'GET' && request.url === '/v1/models';
    const allowed = state.key === null || authorization === `Bearer ${state.key}`;
    const body = allowed
      ? { object: 'list', data: state.models.map((id) => ({ id, object: 'model' })) }
      : { error: { message: 'Incorrect API key.', code: 'invalid_api_key' } };
    response.writeHead(known ? (allowed ? 200 : 401) : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? body : {}));
  });
  return Object.assign(state, {
    baseUrl: loopback.baseUrl,
    asked,
    [Symbol.asyncDispose]: () => loopback.close(),
  });
}

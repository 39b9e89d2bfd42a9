import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndpointProbe } from '../../../server/providers/endpoint-probe.ts';
import { listenOnLoopback } from '../../simulator/loopback.ts';
import { bytesWithoutEnd, startRawServer } from '../../simulator/raw-server.ts';
import { testClock } from '../../support/pipeline-fakes.ts';

const KEY = 'sk-of-the-probe';

/** Asks an endpoint that answers like this. */
async function probe(
  status: number,
  body: string,
  { key = KEY as string | null, timeoutMs = 5000, answers = true } = {},
) {
  const asked: { url: string; authorization: string | undefined }[] = [];
  const server = await listenOnLoopback((request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    if (answers) response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  try {
    const { models } = createEndpointProbe({ clock: testClock() });
    return { asked, ...(await models({ name: 'Sim', baseUrl: server.baseUrl, key, timeoutMs })) };
  } finally {
    await server.close();
  }
}

const list = (...ids: readonly string[]) =>
  JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) });

test('the list of models is asked for with the key', async () => {
  const { asked, problem, models } = await probe(200, list('gpt-5', 'gpt-5-mini'));
  assert.deepEqual(asked, [{ url: '/v1/models', authorization: `Bearer ${KEY}` }]);
  assert.deepEqual([problem, models], [null, ['gpt-5', 'gpt-5-mini']]);
});

test('without a key none is sent', async () => {
  assert.equal((await probe(200, list(), { key: null })).asked[0]?.authorization, undefined);
});

for (const [what, body, models] of [
  ['an array of models', '[{"id":"a"},{"id":"b"}]', ['a', 'b']],
  [
    'models by name, with a path before them',
    '{"models":[{"name":"models/gemini-2.5-flash"}]}',
    ['gemini-2.5-flash'],
  ],
  ['entries without an id', '{"data":[{"id":"a"},{},null,{"id":""}]}', ['a']],
  ['a page', '<h1>Hello</h1>', null],
  ['nothing', '', null],
  ['an object without a list', '{"status":"ok"}', null],
] as const)
  test(`${what} is understood as far as it is one`, async () => {
    const found = await probe(200, body);
    assert.deepEqual([found.problem, found.models], [null, models]);
  });

test('a refused key is told as the sentence that a call would end with, and is not quoted', async () => {
  const { problem, models } = await probe(
    401,
    JSON.stringify({ error: { message: KEY, code: 'invalid_api_key' } }),
  );
  assert.equal(models, null);
  assert.match(problem ?? '', /Sim.*key/);
  assert.ok(!problem?.includes(KEY));
});

test('an error with the status of an answer is a problem, as of a wrong path', async () => {
  const { problem, models } = await probe(200, '{"error":"Unexpected endpoint or method."}');
  assert.equal(models, null);
  assert.match(problem ?? '', /base URL/);
});

test('a path that is not there is told as that, and not as a model without a name', async () => {
  const { problem } = await probe(404, JSON.stringify({ error: { message: 'no route', code: 'x' } }));
  assert.match(problem ?? '', /base URL/);
});

test('a key that is refused in a list, as of Gemini, is told as that', async () => {
  const { problem } = await probe(
    400,
    JSON.stringify([{ error: { code: 400, message: 'API key not valid.' } }]),
  );
  assert.match(problem ?? '', /refused the API key/);
});

test('what is no URL at all is a problem, too', async () => {
  const { models } = createEndpointProbe({ clock: testClock() });
  const { problem } = await models({ name: 'Sim', baseUrl: 'localhost', key: null, timeoutMs: 1000 });
  assert.match(problem ?? '', /Sim cannot be reached at localhost/);
});

test('an answer without an end is read no further than a list could be long', async () => {
  const server = await startRawServer();
  server.script(bytesWithoutEnd('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n'));
  const { models } = createEndpointProbe({ clock: testClock() });
  const found = await models({ name: 'Sim', baseUrl: `${server.baseUrl}/`, key: null, timeoutMs: 60_000 });
  assert.deepEqual([found.problem, found.models], [null, null]);
  await server.stop();
});

test('an endpoint that says nothing is given up after the time that it has', async () => {
  const { problem } = await probe(200, '', { answers: false, timeoutMs: 50 });
  assert.match(problem ?? '', /Sim/);
});

test('an endpoint that is not there is named', async () => {
  const server = await listenOnLoopback(() => undefined);
  await server.close();
  const { models } = createEndpointProbe({ clock: testClock() });
  const { problem } = await models({ name: 'Sim', baseUrl: server.baseUrl, key: null, timeoutMs: 1000 });
  assert.match(problem ?? '', /127\.0\.0\.1/);
});

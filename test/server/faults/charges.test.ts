/**
 * What faults cost, to the nano-dollar and request by request; what passes and what does not; how long is waited; and
 * that nothing of it is held, wedged or quoted afterwards.
 */
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { ERRORS, type ErrorCode } from '../../../protocol/errors.ts';
import { NO_USAGE, type Usage } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import type { PriceBook } from '../../../server/pipeline/ports.ts';
import { createPriceBook } from '../../../server/prices/price-book.ts';
import { createTokenCounter, type DisposableTokenCounter } from '../../../server/tokens/counter.ts';
import {
  bytes,
  bytesThenReset,
  bytesThenSilence,
  bytesWithoutEnd,
  drip,
  head,
  type RawAnswer,
  type RawServer,
  startRawServer,
} from '../../simulator/raw-server.ts';
import { closingFrames, deltaChunk, frame } from '../../simulator/wire.ts';
import { KEY, makeWorld, PROMPT, type Silence, TRIES } from './world.ts';

const MODEL = { id: 'gpt-5-mini', contextTokens: null, encoding: null };
/** What the provider says, and no error may repeat. */
const QUOTED = `no ${KEY}, no ${PROMPT}`;
const REPORTED = { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 };

/** What a request is charged for: nothing, what the provider reported, or our count of the prompt and of this output. */
type Charge = 'nothing' | 'reported' | { readonly output: string; readonly reasoning?: string };

interface Row {
  readonly answer: RawAnswer;
  /** Left out: it is an answer. */
  readonly code?: ErrorCode;
  /** Of each of its requests; one that may pass has `TRIES` of them. */
  readonly charge: Charge;
  readonly sent?: number;
  readonly shows?: string;
  /** In milliseconds, between its requests; left out: those of the backoff. */
  readonly waits?: readonly number[];
  readonly silence?: Silence;
  /** Events that must come, beside text, attempt, end and receipt. */
  readonly events?: readonly string[];
}

const sse = head('text/event-stream');
const delta = (piece: object, finish: string | null = null) =>
  frame(deltaChunk(MODEL.id, { ...piece }, finish));
const say = (content: string) => delta({ content });
const closing = (usage: unknown = REPORTED, finishReason: string | null = 'stop') =>
  closingFrames({ model: MODEL.id, pieces: [], finishReason, usage }).join('');
const whole = sse + say('All is well.') + closing();
const status = (code: number, more = '', error: object = { message: QUOTED, type: 'some_error' }) =>
  bytes(
    `HTTP/1.1 ${code} X\r\ncontent-type: application/json\r\nconnection: close\r\n${more}\r\n`,
    JSON.stringify({ error }),
  );
const passing = (code: number, expected: ErrorCode, more = ''): Row => ({
  answer: status(code, more),
  code: expected,
  charge: 'nothing',
  sent: TRIES,
});
const lasting = (code: number, expected: ErrorCode, error?: object): Row => ({
  answer: status(code, '', error),
  code: expected,
  charge: 'nothing',
});
const input = { output: '' } as const;

const ROWS: Readonly<Record<string, Row>> = {
  'a reset before the first byte': {
    answer: bytesThenReset(),
    code: 'network',
    charge: 'nothing',
    sent: TRIES,
  },
  'a reset in the status line': {
    answer: bytesThenReset('HTTP/1'),
    code: 'network',
    charge: 'nothing',
    sent: TRIES,
  },
  'a reset after the first text': {
    answer: bytesThenReset(sse, say('Half of')),
    code: 'cutStream',
    charge: { output: 'Half of' },
    shows: 'Half of',
  },
  'a reset in a tool call': {
    answer: bytesThenReset(
      sse,
      say('Half of'),
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'read', arguments: '{"file":"a' } }] }),
    ),
    code: 'cutStream',
    charge: { output: 'Half ofread{"file":"a' },
    shows: 'Half of',
  },
  'a reset in the reasoning': {
    answer: bytesThenReset(sse, delta({ reasoning_content: 'Let me think' })),
    code: 'cutStream',
    charge: { output: '', reasoning: 'Let me think' },
    events: ['reasoning'],
  },
  'a reset in a refusal': {
    answer: bytesThenReset(sse, delta({ refusal: 'I will not' })),
    code: 'cutStream',
    charge: { output: 'I will not' },
    events: ['refusal'],
  },
  'silence before the headers': {
    answer: bytesThenSilence(),
    code: 'timeout',
    charge: 'nothing',
    sent: TRIES,
    silence: 'before headers',
  },
  'silence after the headers': {
    answer: bytesThenSilence(sse),
    code: 'timeout',
    charge: input,
    sent: TRIES,
    silence: 'after headers',
  },
  'silence after the first text': {
    answer: bytesThenSilence(sse, say('Half of')),
    code: 'timeout',
    charge: { output: 'Half of' },
    shows: 'Half of',
    silence: 'after text',
  },
  'status 400': lasting(400, 'badRequest'),
  'status 400 for a key that is not valid': lasting(400, 'keyRefused', {
    message: 'API key not valid. Please pass a valid API key.',
  }),
  'status 401': lasting(401, 'keyRefused'),
  'status 402': lasting(402, 'quotaExceeded'),
  'status 403': lasting(403, 'keyRefused'),
  'status 404': lasting(404, 'noSuchModel'),
  'status 408': passing(408, 'timeout'),
  'status 409': passing(409, 'providerDown'),
  'status 413': lasting(413, 'badRequest'),
  'status 422': lasting(422, 'badRequest'),
  'status 429': passing(429, 'rateLimited'),
  'status 429 with a Retry-After': {
    ...passing(429, 'rateLimited', 'retry-after: 7\r\n'),
    waits: [7000, 7000],
  },
  'status 429 with a Retry-After that is too long': {
    answer: status(429, 'retry-after: 120\r\n'),
    code: 'rateLimited',
    charge: 'nothing',
    waits: [],
  },
  'status 500': passing(500, 'providerDown'),
  'status 502': passing(502, 'providerDown'),
  'status 503': passing(503, 'providerDown'),
  'status 504': passing(504, 'providerDown'),
  'status 529': passing(529, 'providerDown'),
  'an error without an end': {
    answer: bytesWithoutEnd('HTTP/1.1 401 X\r\ncontent-type: text/plain\r\n\r\n'),
    code: 'keyRefused',
    charge: 'nothing',
  },
  'JSON that is broken': {
    answer: bytes(sse, 'data: {"choices": [\n\n'),
    code: 'malformedStream',
    charge: 'nothing',
    sent: TRIES,
  },
  'a line without an end': {
    answer: bytesWithoutEnd(`${sse}data: `),
    code: 'malformedStream',
    charge: 'nothing',
    sent: TRIES,
  },
  'a list with an error about the key, as of Gemini': {
    answer: bytes(
      'HTTP/1.1 400 X\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n',
      JSON.stringify([{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }]),
    ),
    code: 'keyRefused',
    charge: 'nothing',
  },
  'a stream without events': {
    answer: bytes(sse, 'Hello.\n\n'),
    code: 'malformedStream',
    charge: 'nothing',
  },
  'a stream that is cut': {
    answer: bytes(sse, say('Half of')),
    code: 'cutStream',
    charge: { output: 'Half of' },
    shows: 'Half of',
  },
  'a stream that says it was aborted': {
    answer: bytes(sse, say('Half of'), closing(REPORTED, 'abort')),
    code: 'cutStream',
    charge: 'reported',
    shows: 'Half of',
  },
  'an empty stream': { answer: bytes(sse), code: 'malformedStream', charge: 'nothing' },
  'a page': {
    answer: bytes(head('text/html'), '<!doctype html><title>Sign in</title>'),
    code: 'malformedStream',
    charge: 'nothing',
  },
  'what is not even HTTP': {
    answer: bytes('220 mail.example ready\r\n'),
    code: 'network',
    charge: 'nothing',
    sent: TRIES,
  },
  'an error in the stream': {
    answer: bytes(sse, frame({ error: { code: 'server_error', message: QUOTED } })),
    code: 'providerDown',
    charge: 'nothing',
    sent: TRIES,
  },
  'an error in the stream after the role': {
    answer: bytes(
      sse,
      delta({ role: 'assistant' }),
      frame({ error: { code: 'server_error', message: QUOTED } }),
    ),
    code: 'providerDown',
    charge: input,
    sent: TRIES,
  },
  'UTF-16': {
    answer: bytes(sse, Buffer.from(say('x') + closing(), 'utf16le')),
    code: 'malformedStream',
    charge: 'nothing',
  },
  'no usage': {
    answer: bytes(sse, say('All is well.'), closing(null)),
    charge: { output: 'All is well.' },
    shows: 'All is well.',
  },
  'a usage without sense': {
    answer: bytes(sse, say('All is well.'), closing({ prompt_tokens: -40, completion_tokens: '8' })),
    charge: { output: 'All is well.' },
    shows: 'All is well.',
  },
  'a total of billions beside sound parts': {
    answer: bytes(sse, say('All is well.'), closing({ ...REPORTED, total_tokens: 9_000_000_000 })),
    charge: 'reported',
    shows: 'All is well.',
  },
  'a total of millions that would all be reasoning': {
    answer: bytes(sse, say('All is well.'), closing({ ...REPORTED, total_tokens: 90_000_000 })),
    charge: { output: 'All is well.' },
    shows: 'All is well.',
  },
  'two finishes': {
    answer: bytes(sse, say('All is well.'), delta({}, 'stop'), closing()),
    charge: 'reported',
    shows: 'All is well.',
  },
  'two usages': {
    answer: bytes(
      sse,
      frame({ choices: [], usage: { ...REPORTED, completion_tokens: 1, total_tokens: 41 } }),
      say('All is well.'),
      closing(),
    ),
    charge: 'reported',
    shows: 'All is well.',
  },
  'events that nobody knows': {
    answer: bytes(sse, ': busy\n\nevent: ping\ndata: {}\n\nid: 7\n\n', say('All is well.'), closing()),
    charge: 'reported',
    shows: 'All is well.',
  },
  'a mark of its byte order': {
    answer: bytes(sse, '\uFEFF', say('All is well.'), closing()),
    charge: 'reported',
    shows: 'All is well.',
  },
  'lines that end as on Windows': {
    answer: bytes(sse, (say('All is well.') + closing()).replaceAll('\n', '\r\n')),
    charge: 'reported',
    shows: 'All is well.',
  },
  'one byte at a time': { answer: drip(whole), charge: 'reported', shows: 'All is well.' },
  'a line of a megabyte': {
    answer: bytes(sse, say('word '.repeat(200_000)), closing()),
    charge: 'reported',
    shows: 'word '.repeat(200_000),
  },
};

let prices: PriceBook;
let counter: DisposableTokenCounter;
before(async () => {
  prices = await createPriceBook();
  counter = createTokenCounter();
  // Silence is measured by this timer alone. One for all tests: what a test leaves behind is then still its own.
  mock.timers.enable({ apis: ['setTimeout'] });
});
after(async () => {
  mock.timers.reset();
  await counter.dispose();
});

async function usageOf(charge: Charge): Promise<Usage> {
  if (charge === 'nothing') return NO_USAGE;
  if (charge === 'reported') return { ...NO_USAGE, inputTokens: 40, outputTokens: 8 };
  const { tokens } = await counter.countMessages(MODEL, [{ role: 'user', content: PROMPT }]);
  const count = async (text: string) => (text === '' ? 0 : (await counter.countText(MODEL, text)).tokens);
  const reasoning = await count(charge.reasoning ?? '');
  return {
    ...NO_USAGE,
    inputTokens: tokens,
    outputTokens: (await count(charge.output)) + reasoning,
    reasoningTokens: reasoning,
    source: 'counted',
  };
}

const nanoOf = (usage: Usage): number => {
  const provider = { baseUrl: 'https://api.openai.com/v1', name: 'Sim', pricedAs: 'openai', free: false };
  const settings = defaultSettings();
  const cost = prices.cost({ ...settings.providers[0], ...provider } as never, MODEL, usage, settings, NOON);
  return cost.nano ?? assert.fail('a price that is not known');
};
const NOON = Date.UTC(2026, 10, 21, 12);

/** Nobody is quoted: in a sentence, in a reason, or anywhere in the ledger. */
function assertQuotesNobody(...said: readonly unknown[]): void {
  const text = JSON.stringify(said);
  for (const secret of [PROMPT, KEY]) assert.ok(!text.includes(secret), 'the prompt or the key is quoted');
  assert.ok(!/\n\s+at /.test(text), 'a stack is shown');
}

/** Runs a test over a raw server that must have been asked for all that it was told. */
async function over(check: (server: RawServer) => Promise<void>): Promise<void> {
  const server = await startRawServer();
  try {
    await check(server);
  } finally {
    await server.stop();
  }
}

for (const [what, row] of Object.entries(ROWS)) {
  const { answer, code, charge, sent = 1, shows = '', silence, events = [] } = row;
  const isWhole = code === undefined;
  test(`${what} is ${isWhole ? 'an answer' : `"${code}"`} after ${sent} of ${TRIES} requests, and costs what it used`, (t) =>
    over(async (server) => {
      const world = await makeWorld(t, server, { counter, prices });
      const usage = await usageOf(charge);
      const nano = nanoOf(usage);

      server.script(...Array.from({ length: sent }, () => answer));
      const failed = await world.run(PROMPT, silence);
      assert.equal(failed.error?.code, code);
      assert.ok(failed.text === shows, 'what is shown');
      for (const type of events) assert.ok(failed.events.some((event) => event.type === type));
      assert.equal(server.requests(), sent);
      assert.deepEqual(failed.waits, row.waits ?? [500, 1000].slice(0, sent - 1));

      const { details, receipt } = failed;
      assert.deepEqual(
        details.attempts.map((attempt) => [attempt.usage, attempt.cost.nano, attempt.errorCode]),
        Array.from({ length: sent }, () => [usage, nano, code ?? null]),
      );
      assert.equal(receipt.cost.nano, nano * sent);
      assert.equal(details.line.costNano, nano * sent);
      assert.equal(details.line.outcome, isWhole ? 'answered' : 'failed');
      assert.equal(receipt.wasteNano, isWhole ? 0 : nano * sent);
      assert.equal(world.rows('calls').length, 1);
      assert.equal(world.rows('replies').length, isWhole ? 1 : 0);
      assert.equal(world.rows('reservations').length, 0);
      const [budget] = world.budgets.states(NOON);
      assert.deepEqual([budget?.used, budget?.reserved], [nano * sent, 0]);
      assert.equal(world.health.of(server.baseUrl).circuit, 'closed');
      if (failed.error !== null) {
        assert.ok(failed.error.code in ERRORS);
        assertQuotesNobody(failed.error.message);
      }
      assertQuotesNobody(['calls', 'attempts', 'decisions'].map(world.rows), details, receipt.decisions);

      // The same again, of a provider that is well now: what was whole is kept, and all else is asked for anew.
      if (!isWhole) server.script(bytes(whole));
      const again = await world.run(PROMPT);
      assert.equal(again.error, null);
      assert.equal(again.receipt.outcome, isWhole ? 'cached' : 'answered');
      assert.ok(again.text === (isWhole ? shows : 'All is well.'), 'the answer of a provider that is well');
      assert.equal(again.receipt.cost.nano, isWhole ? 0 : nanoOf(await usageOf('reported')));
      assert.deepEqual(
        [world.health.of(server.baseUrl).circuit, world.health.of(server.baseUrl).failuresInRow],
        ['closed', 0],
      );
      assert.equal(world.rows('replies').length, 1);
    }));

  if (sent > 1)
    test(`${what} that passes ends in an answer, and what it cost is waste`, (t) =>
      over(async (server) => {
        const world = await makeWorld(t, server, { counter, prices });
        const lost = nanoOf(await usageOf(charge));
        const paid = nanoOf(await usageOf('reported'));
        server.script(answer, bytes(whole));
        // Silence is over with the first answer; the second comes at once.
        const { error, text, receipt, details } = await world.run(PROMPT, silence);
        assert.equal(error, null);
        assert.equal(text, 'All is well.');
        assert.deepEqual(
          details.attempts.map((attempt) => [attempt.outcome, attempt.errorCode, attempt.cost.nano]),
          [
            ['failed', code, lost],
            ['answered', null, paid],
          ],
        );
        assert.equal(receipt.cost.nano, lost + paid);
        assert.equal(receipt.wasteNano, lost);
        assert.equal(world.rows('reservations').length, 0);
        assert.equal(world.rows('replies').length, 1);
      }));
}

test('a connection that is refused is "network" three times and costs nothing, and calls go there once somebody is', async (t) => {
  const gone = await startRawServer();
  await gone.stop();
  const world = await makeWorld(t, gone, { counter, prices });
  const refused = await world.run(PROMPT);
  assert.equal(refused.error?.code, 'network');
  assert.deepEqual(
    refused.details.attempts.map((attempt) => [attempt.errorCode, attempt.cost.nano]),
    Array.from({ length: TRIES }, () => ['network', 0]),
  );
  const back = await startRawServer(Number(new URL(gone.baseUrl).port));
  back.script(bytes(whole));
  assert.equal((await world.run(PROMPT)).text, 'All is well.');
  await back.stop();
});

test('an endpoint that fails five times in a row is left alone for a while, and tried again then', (t) =>
  over(async (server) => {
    const world = await makeWorld(t, server, { counter, prices });
    server.script(...Array.from({ length: 5 }, () => status(500)));
    assert.equal((await world.run(PROMPT)).error?.code, 'providerDown');
    const stopped = await world.run(PROMPT);
    assert.equal(stopped.error?.code, 'providerDown', 'what it sent failed; the pause is of its own making');
    const paused = await world.run(PROMPT);
    assert.equal(paused.error?.code, 'endpointPaused');
    assert.equal(server.requests(), 5);
    assert.equal(world.health.of(server.baseUrl).circuit, 'open');
    assert.equal(world.rows('reservations').length, 0);
  }));

/** What providers do wrong: each fault ends in an answer or in one clear error, and the ledger is exact. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ErrorCode, FarthingError } from '../../../protocol/errors.ts';
import type { CacheMode } from '../../../protocol/messages.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { type Core, openCore } from '../../../server/core.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import {
  answering,
  cutAfter,
  drip,
  type Fault,
  type FaultyProvider,
  frames,
  hangAfter,
  resetAfter,
  startFaultyProvider,
  status,
} from './faulty-provider.ts';

const { text, closing, usage, finish, done, error } = frames;
const SECRET = 'the-words-of-the-prompt';
const ATTEMPTS = 2;

/** A fault and what must come of it: the code of an error, or the text of an answer. */
interface Row {
  readonly fault: Fault;
  readonly fails?: ErrorCode;
  readonly answers?: string;
  /** Requests that are sent; more than one where the fault may pass. */
  readonly sent?: number;
}

const FAULTS: Readonly<Record<string, Row>> = {
  'a reset before the first byte': {
    fault: (response) => void response.socket?.resetAndDestroy(),
    fails: 'network',
    sent: ATTEMPTS,
  },
  'a reset after the headers': { fault: resetAfter(': hello\n\n'), fails: 'network', sent: ATTEMPTS },
  'a reset after the first text': { fault: resetAfter(text('Half')), fails: 'cutStream' },
  'no headers, ever': { fault: () => undefined, fails: 'timeout', sent: ATTEMPTS },
  'no event after the headers, ever': { fault: hangAfter(': hello\n\n'), fails: 'timeout', sent: ATTEMPTS },
  'no event after the first text, ever': { fault: hangAfter(text('Half')), fails: 'timeout' },
  'no end after the finish reason, ever': { fault: hangAfter(text('Whole') + finish), answers: 'Whole' },
  'status 400': { fault: status(400), fails: 'badRequest' },
  'status 401': { fault: status(401), fails: 'keyRefused' },
  'status 403': { fault: status(403), fails: 'keyRefused' },
  'status 404': { fault: status(404), fails: 'noSuchModel' },
  'status 408': { fault: status(408), fails: 'timeout', sent: ATTEMPTS },
  'status 409': { fault: status(409), fails: 'providerDown', sent: ATTEMPTS },
  'status 413': { fault: status(413), fails: 'badRequest' },
  'status 422': { fault: status(422), fails: 'badRequest' },
  'status 429': { fault: status(429), fails: 'rateLimited', sent: ATTEMPTS },
  'status 429 with a short Retry-After': {
    fault: status(429, { 'retry-after': '0.1' }),
    fails: 'rateLimited',
    sent: ATTEMPTS,
  },
  'status 429 with a long Retry-After': {
    fault: status(429, { 'retry-after': '3600' }),
    fails: 'rateLimited',
  },
  'status 500': { fault: status(500), fails: 'providerDown', sent: ATTEMPTS },
  'status 502': { fault: status(502), fails: 'providerDown', sent: ATTEMPTS },
  'status 503': { fault: status(503), fails: 'providerDown', sent: ATTEMPTS },
  'status 504': { fault: status(504), fails: 'providerDown', sent: ATTEMPTS },
  'status 529': { fault: status(529), fails: 'providerDown', sent: ATTEMPTS },
  'JSON that is broken': {
    fault: answering('data: {"choices":[{\n\n'),
    fails: 'malformedStream',
    sent: ATTEMPTS,
  },
  'JSON that breaks after some text': {
    fault: answering(`${text('Half')}data: {"choices":[{\n\n`),
    fails: 'malformedStream',
  },
  'lines that are no events': { fault: answering('hello\nworld\n\n'), fails: 'malformedStream' },
  'a stream that is cut in an event': {
    fault: cutAfter(`${text('Half')}data: {"cho`),
    fails: 'malformedStream',
  },
  'a stream without a finish': { fault: cutAfter(text('Half') + done), fails: 'cutStream' },
  'an empty stream': { fault: answering(''), fails: 'malformedStream' },
  'a stream of nothing but its end': { fault: answering(done), fails: 'malformedStream' },
  'a page of HTML': { fault: answering('<h1>Hello</h1>', 'text/html'), fails: 'malformedStream' },
  'a stream that calls itself JSON': {
    fault: answering(text('Whole') + closing(), 'application/json'),
    answers: 'Whole',
  },
  'no usage': { fault: answering(text('Whole') + finish + done), answers: 'Whole' },
  'a usage of nonsense': {
    fault: answering(text('Whole') + finish + usage({ prompt_tokens: -5, completion_tokens: 'many' }) + done),
    answers: 'Whole',
  },
  'a usage of billions': {
    fault: answering(text('Whole') + finish + usage({ prompt_tokens: 9e15, completion_tokens: 9e15 }) + done),
    answers: 'Whole',
  },
  'two finish reasons': { fault: answering(text('Whole') + finish + closing()), answers: 'Whole' },
  'events that nobody knows': {
    fault: answering(`event: ping\ndata: {"type":"ping"}\n\n${text('Whole')}data: 42\n\n${closing()}`),
    answers: 'Whole',
  },
  'events without data': {
    fault: answering(
      `event: ping\n\n${text('Who')}event: ping\r\ndata:\r\n\r\n${text('le')}data\n\ndata: \n\n${closing()}event: bye`,
    ),
    answers: 'Whole',
  },
  'an error by the name of its event': {
    fault: answering('event: error\ndata: {"type":"server_error","message":"the-words-of-the-provider"}\n\n'),
    fails: 'providerDown',
    sent: ATTEMPTS,
  },
  'an error instead of text': { fault: answering(error), fails: 'providerDown', sent: ATTEMPTS },
  'an error after some text': { fault: answering(text('Half') + error), fails: 'providerDown' },
  'one byte at a time': { fault: drip, answers: 'Slow.' },
  'a line of eight megabytes': {
    fault: answering(text('a'.repeat(8 << 20)) + closing()),
    answers: 'a'.repeat(8 << 20),
  },
  'bytes that are no UTF-8': {
    fault: answering(
      Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3, 0x28, 10, 10]), Buffer.from(text('Whole') + closing())]),
    ),
    answers: 'Whole',
  },
  'UTF-16 under the name of UTF-8': {
    fault: answering(Buffer.from(text('Whole') + closing(), 'utf16le')),
    fails: 'malformedStream',
  },
};

let core: Core;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'farthing-faults-'));
  core = await openCore(join(folder, 'ledger.db'), {
    report: (problem) => {
      throw problem;
    },
    ledgerChanged: () => undefined,
    healthChanged: () => undefined,
    thresholdPassed: () => undefined,
  });
  core.budgets.save(makeBudget({ unit: 'money', limit: 1e15, window: 'month' }));
  // What the first call loads takes longer than the silence that the others wait for.
  await using provider = await startFaultyProvider(status(500));
  provider.heal();
  await ask(provider.baseUrl, 'the first', 'use', 60);
});

after(() => {
  core.close();
  rmSync(folder, { recursive: true });
});

/** One call to `baseUrl`, read to its end. */
async function ask(baseUrl: string, content: string, cache: CacheMode = 'use', timeoutSeconds = 1.5) {
  const { settings } = parseSettings({
    providers: [{ name: 'Faulty', baseUrl, models: ['gpt-5-mini'], needsKey: true, pricedAs: 'openai' }],
    request: { attempts: ATTEMPTS, timeoutSeconds },
  });
  const call = prepareCall(
    {
      callId: randomUUID(),
      source: { kind: 'messages', messages: [{ role: 'user', content }] },
      feature: 'test',
      cache,
      signal: new AbortController().signal,
      startedAt: Date.now(),
      purpose: 'run',
    },
    { settings, workspace: null, branch: () => null, openPrompt: () => null },
  );
  const run = core.engine.runner({ get: () => 'sk-of-the-faults' });
  let said = '';
  let receipt: Receipt | null = null;
  let error: unknown = null;
  try {
    for await (const event of run(call)) {
      if (event.type === 'text') said += event.text;
      if (event.type === 'receipt') receipt = event.receipt;
    }
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(receipt !== null, 'every call has its receipt');
  return { said, receipt, error };
}

/** The line of a call is closed, says what its receipt says, and costs what its attempts cost. */
function assertExact({ callId, cost, outcome }: Receipt, sent: number): void {
  const details = core.ledger.call(callId) ?? assert.fail('no line');
  assert.equal(details.line.outcome, outcome);
  assert.equal(details.attempts.length, sent, 'one attempt for each request');
  const costs = details.attempts.map((attempt) => attempt.cost.nano);
  assert.ok(!costs.includes(null), 'every price is known');
  assert.equal(details.line.costNano, cost.nano);
  assert.equal(
    costs.reduce<number>((sum, nano) => sum + (nano ?? 0), 0),
    cost.nano,
  );
}

/** A sentence of the catalogue that quotes neither prompt, key nor provider. */
function assertClear(error: unknown, code: ErrorCode): void {
  assert.ok(error instanceof FarthingError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, /^[A-Z][^\n]{20,400}[.]$/);
  for (const secret of [SECRET, 'sk-of-the-faults', 'the-words-of-the-provider'])
    assert.ok(!error.message.includes(secret), 'nobody is quoted');
}

describe('A provider with', { concurrency: 8 }, () => {
  for (const [what, { fault, fails, answers, sent = 1 }] of Object.entries(FAULTS))
    test(`${what} ends in ${fails === undefined ? 'an answer' : `"${fails}"`}, exactly accounted for`, async () => {
      await using provider: FaultyProvider = await startFaultyProvider(fault);
      const prompt = `${SECRET} ${what}`;
      const { said, receipt, error } = await ask(provider.baseUrl, prompt);
      assert.equal(provider.requests(), sent);
      assertExact(receipt, sent);
      const again = await ask(provider.baseUrl, prompt, 'only');
      if (fails === undefined) {
        assert.equal(error, null);
        assert.ok(said === answers, 'the whole answer');
        assert.equal(again.receipt.outcome, 'cached');
        assert.ok(again.said === answers, 'the whole answer from the cache');
      } else {
        assertClear(error, fails);
        assert.equal((again.error as FarthingError).code, 'notCached');
      }
      provider.heal();
      const well = await ask(provider.baseUrl, `${prompt}, later`);
      assert.equal(well.said, 'All is well.');
      assertExact(well.receipt, 1);
    });

  test('nobody there ends in "network", exactly accounted for', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const { error, receipt } = await ask(`http://127.0.0.1:${port}/v1`, `${SECRET} nobody`);
    assertClear(error, 'network');
    assertExact(receipt, ATTEMPTS);
  });
});

test('After all faults nothing is held against a budget, and what it has used is what the lines cost', () => {
  const [state] = core.budgets.states(Date.now());
  assert.equal(state?.reserved, 0);
  assert.equal(state?.used, core.ledger.totals(0).real.spend);
  assert.ok((state?.used ?? 0) > 0);
});

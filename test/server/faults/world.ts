/**
 * Everything from the call to the provider's socket as the daemon has it: the pipeline, the provider, prices, counting
 * and a database on disk. Only time is a test's: waits end at once, and silence lasts as long as the test says.
 */
import { join } from 'node:path';
import { mock, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FarthingError } from '../../../protocol/errors.ts';
import type { CallDetails } from '../../../protocol/messages.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { parseSettings } from '../../../protocol/settings.ts';
import { createEngine } from '../../../server/calls/engine.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { answerGates } from '../../../server/gates/checks.ts';
import { createFlights } from '../../../server/pipeline/flights.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import type { Budgets, Health, PriceBook, TokenCounter } from '../../../server/pipeline/ports.ts';
import type { ReplyEvent } from '../../../server/pipeline/stage.ts';
import { createKeepAliveFetch } from '../../../server/providers/keep-alive-fetch.ts';
import { createOpenAIProvider } from '../../../server/providers/openai-provider.ts';
import { createBudgetStore } from '../../../server/storage/budget-store.ts';
import { createBufferedLedger } from '../../../server/storage/buffered-ledger.ts';
import { createComponentStore } from '../../../server/storage/component-store.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import type { RawServer } from '../../simulator/raw-server.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { evenRouter, idleCompressor, testClock } from '../../support/pipeline-fakes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What no error and no line of the ledger may say. */
export const PROMPT = 'Say something about the zebra of the third crossing.';
export const KEY = 'sk-faults-must-not-leak-0123456789';

/** How often a request is sent in these tests. */
export const TRIES = 3;

/** Waits that end at once; the deadline is longer and never comes. */
const LONGEST_WAIT_MS = 60_000;

/** How far a provider comes before it falls silent: time goes by only once that much of it has arrived here. */
export type Silence = 'before headers' | 'after headers' | 'after text';

/** A call that ended. */
export interface Ended {
  readonly events: readonly ReplyEvent[];
  readonly text: string;
  readonly receipt: Receipt;
  /** What was thrown; null for an answer. */
  readonly error: FarthingError | null;
  /** The waits between its requests, in milliseconds. */
  readonly waits: readonly number[];
  readonly details: CallDetails;
}

export interface World {
  readonly health: Health;
  readonly budgets: Budgets;
  /** Runs a call to its end. */
  run(content: string, silence?: Silence): Promise<Ended>;
  /** Rows of a table of the database. */
  rows(table: string): readonly unknown[];
}

/** Makes the world of one test, with one provider at `baseUrl`. The timers of `mock` must be enabled. */
export async function makeWorld(
  context: TestContext,
  { baseUrl, silences }: Pick<RawServer, 'baseUrl' | 'silences'>,
  { counter, prices }: { readonly counter: TokenCounter; readonly prices: PriceBook },
): Promise<World> {
  const clock = testClock(Date.UTC(2026, 10, 21, 12));
  const fail = (problem: Error) => {
    throw problem;
  };
  const file = join(temporaryFolder(context), 'ledger.db');
  const database = await openDatabase(file, { now: clock.now, report: fail });
  context.after(() => database.close());
  const budgets = createBudgetStore(database, {
    now: clock.now,
    isAlive: () => true,
    passed: () => undefined,
  });
  budgets.save(makeBudget({ id: 'money', unit: 'money', limit: 1_000_000_000_000 }));
  const store = createLedgerStore(database, { settle: budgets.settle });
  const health = createHealth({ clock, changed: () => undefined });
  const plainFetch = createKeepAliveFetch();
  let answered = 0;
  const engine = createEngine({
    clock,
    random: () => 1,
    user: 'ada',
    ledger: createBufferedLedger(store, { report: fail }),
    ledgerReader: store,
    budgets,
    replies: createReplyStore(database),
    flights: createFlights(),
    health,
    router: evenRouter(),
    gates: answerGates,
    components: createComponentStore(database),
    compressor: idleCompressor,
    prices,
    counter,
    provider: (keys) =>
      createOpenAIProvider({
        keys,
        counter,
        prices,
        clock,
        fetch: async (input, init) => {
          const response = await plainFetch(input, init);
          answered++;
          return response;
        },
      }),
  });
  const provider = { name: 'Sim', baseUrl, models: ['gpt-5-mini'], needsKey: true, pricedAs: 'openai' };
  const { settings } = parseSettings({ providers: [provider], 'request.attempts': TRIES });
  const send = engine.runner({ get: () => KEY });
  let calls = 0;

  return {
    health,
    budgets,
    async run(content, silence) {
      const callId = `call-${++calls}`;
      const call = prepareCall(
        {
          callId,
          source: { kind: 'messages', messages: [{ role: 'user', content }] },
          feature: 'test',
          signal: new AbortController().signal,
          startedAt: clock.now(),
          purpose: 'run',
        },
        { settings, workspace: 'shop', branch: () => null, openPrompt: () => null },
      );
      const events: ReplyEvent[] = [];
      const waits: number[] = [];
      const before = answered;
      const silentBefore = silences();
      let error: unknown = null;
      let ended = false;
      const reading = (async () => {
        try {
          for await (const event of send(call)) events.push(event);
        } catch (thrown) {
          error = thrown;
        } finally {
          ended = true;
        }
      })();
      const heard = (type: ReplyEvent['type']) => events.filter((event) => event.type === type).length;
      const isSilent = () =>
        silences() - silentBefore > heard('attempt') &&
        (silence === 'before headers' ||
          (silence === 'after headers' && answered - before > heard('attempt')) ||
          (silence === 'after text' && heard('text') > 0));
      while (!ended) {
        await turn();
        const wait = clock.untilNext();
        if (wait !== null && wait <= LONGEST_WAIT_MS) {
          waits.push(wait);
          clock.advance(wait);
        }
        if (isSilent()) mock.timers.tick(settings.timeoutSeconds * 1000);
      }
      await reading;
      if (error !== null && !(error instanceof FarthingError)) throw error;
      const receipt = events.flatMap((event) => (event.type === 'receipt' ? [event.receipt] : []))[0];
      const details = store.call(callId);
      if (receipt === undefined || details === null) throw new Error('the call left no receipt or no line');
      const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
      return { events, text, receipt, error, waits, details };
    },
    rows: (table) => database.connection.prepare(`SELECT * FROM ${table}`).all(),
  };
}

/** A provider that talks to a simulator, with fakes for everything else. */
import { FarthingError } from '../../../protocol/errors.ts';
import type { Attempt, Call, Next, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { createOpenAIProvider, type OpenAIProviderParts } from '../../../server/providers/openai-provider.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import {
  collect,
  fakeCounter,
  fakeKeys,
  fakePrices,
  makeCall,
  type TestClock,
  testClock,
} from '../../support/pipeline-fakes.ts';

export interface Harness extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly clock: TestClock;
  readonly send: Next;
  /** A call to the simulator. */
  call(overrides?: Partial<Call>): Call;
  /** Sends a call and reads its reply to the end. */
  run(call?: Call): Promise<Result>;
}

/** A reply that was read to its end. */
export interface Result {
  readonly events: readonly ReplyEvent[];
  readonly text: string;
  readonly attempts: readonly Attempt[];
  /** Null when nothing was thrown. What is thrown and is not of the catalogue is thrown on. */
  readonly error: FarthingError | null;
}

export const KEY = 'key-that-must-not-leak-0123456789';

export async function startHarness(parts: Partial<OpenAIProviderParts> = {}): Promise<Harness> {
  const simulator = await startSimulator();
  const clock = testClock();
  const send = createOpenAIProvider({
    keys: fakeKeys({ Test: KEY }),
    counter: fakeCounter(),
    prices: fakePrices(),
    clock,
    ...parts,
  });
  const call = (overrides: Partial<Call> = {}) => {
    const made = makeCall(overrides);
    return { ...made, provider: { ...made.provider, baseUrl: simulator.baseUrl, ...overrides.provider } };
  };
  return {
    simulator,
    clock,
    send,
    call,
    run: async (given = call()) => resultOf(await collect(send(given))),
    [Symbol.asyncDispose]: () => simulator.stop(),
  };
}

function resultOf({ events, error }: { events: readonly ReplyEvent[]; error: unknown }): Result {
  if (error !== null && !(error instanceof FarthingError)) throw error;
  return {
    events,
    text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    attempts: events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : [])),
    error,
  };
}

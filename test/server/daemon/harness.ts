/** A daemon as a process with a simulator as its provider, and a client that speaks as a window does. */
import { randomUUID } from 'node:crypto';
import { MESSAGES, type ReplyDelta, type RunParams } from '../../../protocol/messages.ts';
import type { DaemonClient } from '../../../server/cli/daemon-client.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { createTestState, type TestState } from '../../support/daemon-process.ts';

/** A prompt's text that no log and no file of the ledger may ever hold. */
export const SECRET_PROMPT = 'zebra-crossing-7';
/** A key that must stay in memory. */
export const SECRET_KEY = 'sk-never-on-disk';

/** A window's view of the daemon. */
export interface Window extends AsyncDisposable {
  readonly client: DaemonClient;
  /** Everything that streamed to this window, in order. */
  readonly deltas: ReplyDelta[];
  /** Notifications by the name of their message, as they came. */
  readonly heard: string[];
  run(text: string, more?: Partial<RunParams>, signal?: AbortSignal): ReturnType<typeof request>;
  configure(settings?: Readonly<Record<string, unknown>>, trusted?: boolean): Promise<unknown>;
}

const request = (client: DaemonClient, params: RunParams, signal?: AbortSignal) =>
  client.request(MESSAGES.run, params, signal);

/** Daemon, simulator and whatever windows a test opens; all end with the test. */
export interface Scene extends AsyncDisposable {
  readonly state: TestState;
  readonly simulator: Simulator;
  /** Opens a window: connects, configures the simulator as the provider "Sim", gives it its key. */
  open(settings?: Readonly<Record<string, unknown>>): Promise<Window>;
}

/** Sets the scene. `environment` goes to the daemon. */
export async function setScene(environment: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const state = createTestState(environment);
  const simulator = await startSimulator();
  const windows: Window[] = [];
  return {
    state,
    simulator,
    async open(settings) {
      const window = await openWindow(state, simulator.baseUrl);
      windows.push(window);
      await window.configure(settings);
      await window.client.request(MESSAGES.setKey, {
        provider: 'Sim',
        key: SECRET_KEY,
        origin: 'secret storage',
      });
      return window;
    },
    async [Symbol.asyncDispose]() {
      for (const window of windows) await window[Symbol.asyncDispose]();
      await state[Symbol.asyncDispose]();
      await simulator.stop();
    },
  };
}

async function openWindow(state: TestState, baseUrl: string): Promise<Window> {
  const client = await state.connect();
  const deltas: ReplyDelta[] = [];
  const heard: string[] = [];
  for (const message of Object.values(MESSAGES)) {
    if (message.direction !== 'daemon to client') continue;
    client.on(message, (params: unknown) => {
      heard.push(message.method);
      if (message === MESSAGES.reply) deltas.push(...(params as { deltas: ReplyDelta[] }).deltas);
    });
  }
  return {
    client,
    deltas,
    heard,
    run: (text, more = {}, signal) =>
      request(
        client,
        {
          callId: randomUUID(),
          source: { kind: 'text', uri: 'file:///w/a.prompt.md', text },
          feature: 'prompt file',
          ...more,
        },
        signal,
      ),
    configure: (settings = {}, trusted = true) =>
      client.request(MESSAGES.configure, {
        settings: {
          providers: [{ name: 'Sim', baseUrl, models: ['gpt-5-mini'], needsKey: true, pricedAs: 'openai' }],
          ...settings,
        },
        trusted,
        workspace: { name: 'w', folder: '/w' },
      }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** The text that streamed and was not taken back. */
export const textOf = (deltas: readonly ReplyDelta[]): string =>
  deltas
    .slice(deltas.findLastIndex(({ type }) => type === 'withdrawn') + 1)
    .map((delta) => (delta.type === 'text' ? delta.text : ''))
    .join('');

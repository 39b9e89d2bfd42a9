/**
 * The API keys of this window's user: in VS Code's secret storage, else in the environment. They are given to the
 * daemon on each connection and are written nowhere else; no log line and no message contains one.
 */
import type * as vscode from 'vscode';
import { type KeyOrigin, MESSAGES } from '../protocol/messages.ts';
import type { ProviderSettings } from '../protocol/settings.ts';
import type { Configuration } from './configuration.ts';
import type { Daemon, TypedRequest } from './daemon/connection.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';

/** Keys by the provider's name. */
export interface Keys extends Disposable {
  /** Where the daemon's key for the provider came from; null for none, undefined before that is known. */
  origin(provider: string): KeyOrigin | null | undefined;
  readonly onDidChange: Event<void>;
  /** The key that the daemon is given for a provider, and where it comes from; null for none. For a test only. */
  find(provider: KeyOwner): Promise<{ readonly key: string; readonly origin: KeyOrigin } | null>;
  /** Rejects when there is no storage that keeps secrets. */
  store(provider: string, key: string): Promise<void>;
  remove(provider: string): Promise<void>;
}

/** What a key is looked up by. */
export type KeyOwner = Pick<ProviderSettings, 'name' | 'keyEnvironment'>;

const PREFIX = 'farthing.key.';

/** Gives each new connection its keys, and a changed key at once, in whichever window it was changed. */
export function createKeys(
  secrets: vscode.SecretStorage,
  environment: NodeJS.ProcessEnv,
  daemon: Daemon,
  configuration: Configuration,
  log: vscode.LogOutputChannel,
): Keys {
  const changed = createEmitter<void>();
  const origins = new Map<string, KeyOrigin | null>();
  // As the daemon has them; null before it has any. Activation does not wait for VS Code to say the settings.
  let providers: string | null = null;

  const stored = async (provider: string): Promise<string | null> => {
    try {
      return (await secrets.get(PREFIX + provider)) ?? null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn(`The secret storage cannot be read for ${provider} (${why}); the environment is used.`);
      return null;
    }
  };

  const find: Keys['find'] = async ({ name, keyEnvironment }) => {
    const secret = await stored(name);
    if (secret !== null) return { key: secret, origin: 'secret storage' };
    const key = keyEnvironment === null ? undefined : environment[keyEnvironment]?.trim();
    return key === undefined || key === '' ? null : { key, origin: 'environment' };
  };

  const send = async (request: TypedRequest, provider: KeyOwner) => {
    const { name } = provider;
    const found = await find(provider);
    await request(MESSAGES.setKey, {
      provider: name,
      key: found?.key ?? null,
      origin: found?.origin ?? 'secret storage',
    });
    origins.set(name, found?.origin ?? null);
  };
  const sendAll = async (request: TypedRequest) => {
    providers = providerNames(configuration);
    await Promise.all(configuration.settings().providers.map((provider) => send(request, provider)));
    changed.fire();
  };
  // One after the other: of two changes in a row, the older key must not arrive last.
  let sending: Promise<void> = Promise.resolve();
  const resend = async (): Promise<void> => {
    // A connection that is being set up may have read the old ones already, so only a stopped daemon is spared.
    if (daemon.state === 'stopped') return;
    sending = sending
      .then(() => sendAll(daemon.request))
      .catch((error: Error) => log.warn(`setKey: ${error.message}`));
    await sending;
  };
  /** Resolves when a daemon that runs knows the keys, so that a run at once has the new one. */
  const resendNow = async (): Promise<void> => {
    const sent = resend();
    if (daemon.state === 'running') await sent;
  };

  const parts = disposeAll([
    daemon.onConnect(sendAll),
    secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) void resend();
    }),
    configuration.onDidChange(() => {
      if (providers === null) return;
      const now = providerNames(configuration);
      if (now !== providers) void resend();
      providers = now;
    }),
  ]);
  return {
    origin: (provider) => origins.get(provider),
    find,
    onDidChange: changed.event,
    store: async (provider, key) => {
      await secrets.store(PREFIX + provider, key);
      await resendNow();
    },
    remove: async (provider) => {
      await secrets.delete(PREFIX + provider);
      await resendNow();
    },
    dispose: parts.dispose,
  };
}

/** Changes when another provider may need a key, or one's key may come from elsewhere. */
const providerNames = (configuration: Configuration): string =>
  JSON.stringify(
    configuration.settings().providers.map(({ name, keyEnvironment }) => [name, keyEnvironment]),
  );

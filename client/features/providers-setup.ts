/** "Set Up Provider…": asks what is needed, then writes the settings and stores the key. Until then nothing changes. */
import * as vscode from 'vscode';
import { farthingError, toFarthingError } from '../../protocol/errors.ts';
import { type ConnectionTest, MESSAGES } from '../../protocol/messages.ts';
import type { FeatureHost } from '../host.ts';
import { type ProviderEntries, providerEntries, writeProviders } from '../provider-entries.ts';
import { showError } from '../show-error.ts';
import { storeKey } from '../store-key.ts';
import { isNamed, withProvider } from '../text/provider-settings.ts';
import { type ProviderSetup, type SetupWorld, setUpProvider } from '../text/provider-setup.ts';
import { createDialogs } from './providers-dialogs.ts';

/** Registers the command. One setup at a time: a second one would close the first one's question. */
export function providerSetup(host: FeatureHost): vscode.Disposable {
  return vscode.commands.registerCommand('farthing.setUpProvider', () => setUp(host).catch(showError));
}

async function setUp(host: FeatureHost): Promise<void> {
  if (!vscode.workspace.isTrusted) throw farthingError('untrusted', {});
  const entries = await providerEntries(host);
  if (entries === null) return;
  const dialogs = createDialogs();
  try {
    const setup = await setUpProvider({ ...worldOf(host, entries), dialogs });
    if (setup !== null) await carryOut(host, setup);
  } finally {
    dialogs.dispose();
  }
}

/** What the setup knows of this window, and how it asks the daemon. */
function worldOf(host: FeatureHost, { own, kept }: ProviderEntries): Omit<SetupWorld, 'dialogs'> {
  const { configuration, daemon, keys } = host;
  const { model, providers } = configuration.settings();
  return {
    l10n: vscode.l10n,
    configured: providers.map(({ name, needsKey }) => ({
      name,
      needsKey,
      key: keys.origin(name) ?? null,
    })),
    modelsOf: (name) =>
      own.some((entry) => isNamed(entry, name))
        ? (providers.find((provider) => isNamed(provider, name))?.models.map(({ id }) => id) ?? [])
        : [],
    defaultWithout: (name) => {
      const first = providers.find(
        (provider) => !isNamed(provider, name) && kept.some((entry) => isNamed(entry, provider.name)),
      );
      if (first === undefined) return null;
      return model === '' ? `${first.name}/${first.models[0]?.id ?? ''}` : model;
    },
    knownKey: (name, keyEnvironment) => keys.find({ name, keyEnvironment }),
    probe: (endpoint, signal) =>
      cancellable(signal, (token) => daemon.request(MESSAGES.probeEndpoint, endpoint, token)).catch(failed),
    discover: (signal) =>
      cancellable(signal, (token) => daemon.request(MESSAGES.discoverProviders, {}, token)).catch(
        (error: unknown) => {
          host.log.debug(`discoverProviders: ${toFarthingError(error).message}`);
          return [];
        },
      ),
  };
}

async function carryOut(host: FeatureHost, { entry, key, defaultModel }: ProviderSetup): Promise<void> {
  // The key first: when the settings name the provider, the daemon is given it at once.
  if (key !== null)
    await storeKey(host, { name: entry.name, keyEnvironment: entry.keyEnvironment ?? null }, key);
  // Read again: they may have been edited while the questions were asked.
  const entries = await providerEntries(host);
  if (entries === null) return;
  await writeProviders(withProvider(entries.kept, entry));
  if (defaultModel !== null)
    await vscode.workspace
      .getConfiguration('farthing')
      .update('model', defaultModel, vscode.ConfigurationTarget.Global);
  void tell(entry.name, entry.models.length);
}

async function tell(name: string, models: number): Promise<void> {
  const show = vscode.l10n.t('Show Providers');
  const example = vscode.l10n.t('New Example Prompt');
  const message =
    models === 1
      ? vscode.l10n.t('{0} is set up with 1 model.', name)
      : vscode.l10n.t('{0} is set up with {1} models.', name, models);
  const chosen = await vscode.window.showInformationMessage(message, example, show);
  if (chosen === show) await vscode.commands.executeCommand('farthing.providers.focus');
  if (chosen === example) await vscode.commands.executeCommand('farthing.newExample');
}

/** A test that could not be made at all, such as with a stopped daemon. */
const failed = (error: unknown): ConnectionTest => ({
  ok: false,
  message: toFarthingError(error).message,
  models: [],
  missing: [],
  milliseconds: 0,
});

async function cancellable<Value>(
  signal: AbortSignal,
  send: (token: vscode.CancellationToken) => Promise<Value>,
): Promise<Value> {
  const source = new vscode.CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel);
  try {
    return await send(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

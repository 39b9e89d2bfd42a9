/** Which provider a command is about: the line of the view it was called on, or the one that the user picks. */
import * as vscode from 'vscode';
import { toFarthingError } from '../protocol/errors.ts';
import { MESSAGES } from '../protocol/messages.ts';
import type { ProviderSettings } from '../protocol/settings.ts';
import type { FeatureHost } from './host.ts';
import { pointInTime } from './text/point-in-time.ts';
import { nodeText } from './text/provider-nodes.ts';

/**
 * The provider named by a command's argument, the only one there is, or the one that is picked; null for none. Where
 * there is none to pick, the setup is offered.
 */
export async function chooseProvider(
  host: FeatureHost,
  argument: unknown,
  title: string,
  fits: (provider: ProviderSettings) => boolean = () => true,
): Promise<ProviderSettings | null> {
  const all = host.configuration.settings().providers;
  const named = nameIn(argument);
  if (named !== null) return all.find(({ name }) => name === named) ?? null;
  const providers = all.filter(fits);
  const [only] = providers;
  if (only === undefined) {
    void offerSetup();
    return null;
  }
  if (providers.length === 1) return only;
  const states = await statesOf(host);
  const items = providers.map((provider) => ({
    label: provider.name,
    description: states.get(provider.name) ?? keyOrigin(host, provider),
    detail: provider.baseUrl,
    provider,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.provider ?? null;
}

/** How each provider does, as the Providers view says it; none where the daemon cannot say. */
async function statesOf({ daemon, log }: FeatureHost): Promise<ReadonlyMap<string, string>> {
  if (daemon.state !== 'running') return new Map();
  const words = {
    l10n: vscode.l10n,
    time: (at: number) => pointInTime(at, Date.now(), vscode.env.language),
  };
  const states = await daemon.request(MESSAGES.providers, {}).catch((error: unknown) => {
    log.debug(`providers: ${toFarthingError(error).message}`);
    return [];
  });
  return new Map(
    states.map((state) => [
      state.name,
      nodeText({ kind: 'provider', state, variable: null }, words).description,
    ]),
  );
}

/** The name in a line of the Providers view, or the name itself. */
function nameIn(argument: unknown): string | null {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null) return null;
  const node = 'of' in argument ? argument.of : argument;
  if (typeof node !== 'object' || node === null || !('state' in node)) return null;
  const { state } = node;
  return typeof state === 'object' && state !== null && 'name' in state && typeof state.name === 'string'
    ? state.name
    : null;
}

async function offerSetup(): Promise<void> {
  const setUp = vscode.l10n.t('Set Up Provider');
  const message = vscode.l10n.t('There is no provider for this yet. Set one up first.');
  if ((await vscode.window.showInformationMessage(message, setUp)) === setUp) {
    await vscode.commands.executeCommand('farthing.setUpProvider');
  }
}

function keyOrigin({ keys }: FeatureHost, { name, needsKey }: ProviderSettings): string {
  switch (keys.origin(name)) {
    case 'secret storage':
      return vscode.l10n.t('key stored');
    case 'environment':
      return vscode.l10n.t('key from environment');
    default:
      return needsKey ? vscode.l10n.t('no key') : vscode.l10n.t('no key needed');
  }
}

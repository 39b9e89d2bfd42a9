/** The Providers view as data: which lines there are, and what each says. */
import { escapeMarkdown } from '../../protocol/markdown.ts';
import type { EndpointHealth, ProviderState } from '../../protocol/messages.ts';
import {
  currentError,
  describeEndpoint,
  describeKey,
  describeProvider,
  hostOf,
  lacksKey,
  READY_ICON,
  UNUSED_ICON,
  type Words,
} from './provider-state.ts';

/** A provider, with the environment variable that the settings name for its key. */
export interface ProviderNode {
  readonly kind: 'provider';
  readonly state: ProviderState;
  readonly variable: string | null;
}

/** One line of the view. Every line belongs to a provider, so that a command on it knows which. */
export type Node =
  | ProviderNode
  | { readonly kind: 'key'; readonly of: ProviderNode }
  | { readonly kind: 'endpoint'; readonly of: ProviderNode; readonly endpoint: EndpointHealth }
  | { readonly kind: 'error'; readonly of: ProviderNode; readonly endpoint: EndpointHealth }
  | { readonly kind: 'models'; readonly of: ProviderNode }
  | { readonly kind: 'model'; readonly of: ProviderNode; readonly model: string };

/** What a line shows. */
export interface NodeText {
  /** The same for the same line after a refresh, so that it stays open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Markdown without HTML. */
  readonly tooltip: string;
  readonly icon: string;
  /** Id of a colour; null for that of the text. */
  readonly color: string | null;
  /** For screen readers: all that the line shows, icon and colour included. */
  readonly accessible: string;
  /** Words that menus ask for. */
  readonly context: string;
  readonly opens: 'no' | 'closed' | 'open';
}

/** The lines below a line. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'provider':
      return [
        { kind: 'key', of: node },
        ...node.state.endpoints.map((endpoint) => ({ kind: 'endpoint', of: node, endpoint }) as const),
        { kind: 'models', of: node },
      ];
    case 'endpoint':
      return currentError(node.endpoint) === null ? [] : [{ ...node, kind: 'error' }];
    case 'models':
      return node.of.state.models.map((model) => ({ kind: 'model', of: node.of, model }));
    default:
      return [];
  }
}

/** The words of a line. */
export function nodeText(node: Node, words: Words): NodeText {
  switch (node.kind) {
    case 'provider':
      return providerText(node, words);
    case 'key':
      return keyText(node.of, words);
    case 'endpoint':
      return endpointText(node.of, node.endpoint, words);
    case 'error':
      return errorText(node.of, node.endpoint, words);
    case 'models':
      return modelsText(node.of, words);
    case 'model':
      return line(`${idOf(node.of)}/models/${node.model}`, node.model, '', 'symbol-constant', {
        context: 'model',
      });
  }
}

/** Name of the provider that a line belongs to. */
export const providerOf = (node: Node): string => (node.kind === 'provider' ? node : node.of).state.name;

function providerText(node: ProviderNode, words: Words): NodeText {
  const { l10n } = words;
  const { state, variable } = node;
  const { text, icon, color } = describeProvider(state, words);
  const simulated = state.simulated ? l10n.t('simulated') : null;
  const key = shortKey(state, words, icon);
  const description = [text, simulated, key].filter((part) => part !== null).join(' · ');
  const tooltip = [
    `**${escapeMarkdown(state.name)}** · ${escapeMarkdown(text)}`,
    l10n.t('Key: {0}', escapeMarkdown(describeKey(state, variable, l10n))),
    ...state.endpoints.map((endpoint) => endpointTooltip(endpoint, words)),
    l10n.t('Models: {0}', escapeMarkdown(state.models.join(', '))),
  ].join('\n\n');
  const context = ['provider', state.needsKey && 'needsKey', state.key === 'secret storage' && 'storedKey'];
  return line(idOf(node), state.name, description, icon, {
    color,
    tooltip,
    context: context.filter((word) => word !== false).join(' '),
    opens: 'closed',
  });
}

function keyText(of: ProviderNode, { l10n }: Words): NodeText {
  const { state, variable } = of;
  const missing = lacksKey(state);
  return line(`${idOf(of)}/key`, l10n.t('Key'), describeKey(state, variable, l10n), 'key', {
    color: missing ? 'farthing.provider.warningForeground' : null,
    context: ['key', state.needsKey && 'needsKey', state.key === 'secret storage' && 'storedKey']
      .filter((word) => word !== false)
      .join(' '),
  });
}

function endpointText(of: ProviderNode, endpoint: EndpointHealth, words: Words): NodeText {
  const { text, icon, color } = describeEndpoint(endpoint, words);
  return line(`${idOf(of)}/endpoint/${endpoint.baseUrl}`, hostOf(endpoint.baseUrl), text, icon, {
    color,
    tooltip: endpointTooltip(endpoint, words),
    context: 'endpoint',
    opens: currentError(endpoint) === null ? 'no' : 'open',
  });
}

function errorText(of: ProviderNode, endpoint: EndpointHealth, { l10n, time }: Words): NodeText {
  const error = endpoint.lastError;
  const message = error?.message ?? '';
  const told = error === null ? message : l10n.t('Last error, {0}: {1}', time(error.at), message);
  // The message is the label: a narrow side bar would leave nothing of it behind a time.
  return line(`${idOf(of)}/error/${endpoint.baseUrl}`, message, '', 'comment-unresolved', {
    tooltip: escapeMarkdown(told),
    accessible: told,
    context: 'error',
  });
}

function modelsText(of: ProviderNode, { l10n }: Words): NodeText {
  const { models } = of.state;
  return line(`${idOf(of)}/models`, l10n.t('Models'), String(models.length), 'symbol-namespace', {
    tooltip: escapeMarkdown(models.join(', ')),
    context: 'models',
    opens: models.length === 0 ? 'no' : 'closed',
  });
}

function endpointTooltip(endpoint: EndpointHealth, words: Words): string {
  const { l10n, time } = words;
  const { lastSuccessAt, lastError } = endpoint;
  const lines = [
    `${escapeMarkdown(withoutCredentials(endpoint.baseUrl))} · ${escapeMarkdown(describeEndpoint(endpoint, words).text)}`,
    lastSuccessAt === null ? null : escapeMarkdown(l10n.t('Last answer: {0}', time(lastSuccessAt))),
    lastError === null
      ? null
      : escapeMarkdown(l10n.t('Last error, {0}: {1}', time(lastError.at), lastError.message)),
  ];
  return lines.filter((text) => text !== null).join('  \n');
}

/** Beside trouble there is no room to say that a key is not needed, and one that is lacking is the trouble itself. */
function shortKey({ key, needsKey }: ProviderState, { l10n }: Words, icon: string): string | null {
  if (key === 'secret storage') return l10n.t('key stored');
  if (key === 'environment') return l10n.t('key from environment');
  return needsKey || (icon !== READY_ICON && icon !== UNUSED_ICON) ? null : l10n.t('no key needed');
}

const idOf = ({ state }: ProviderNode): string => `provider/${state.name}`;

function line(
  id: string,
  label: string,
  description: string,
  icon: string,
  more: Partial<Pick<NodeText, 'color' | 'tooltip' | 'accessible' | 'opens'>> & Pick<NodeText, 'context'>,
): NodeText {
  return {
    id,
    label,
    description,
    icon,
    color: null,
    // A narrow side bar cuts lines short.
    tooltip: escapeMarkdown(description === '' ? label : `${label}: ${description}`),
    opens: 'no',
    accessible: description === '' ? label : `${label}, ${description}`,
    ...more,
  };
}

/** A URL may hold a password; nobody is shown one. */
function withoutCredentials(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return baseUrl;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname}`;
}

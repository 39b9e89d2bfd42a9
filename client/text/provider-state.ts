/** How providers and their endpoints do, in words and icons. */
import type { EndpointHealth, ProviderState } from '../../protocol/messages.ts';
import type { L10n } from './l10n.ts';

/** What the words need besides the state itself. */
export interface Words {
  readonly l10n: L10n;
  /** A point in time, epoch milliseconds, as a person reads it. */
  readonly time: (at: number) => string;
}

/** An icon of VS Code and a colour of package.json; each state has a shape of its own, so that no one needs colour. */
export interface StateIcon {
  readonly icon: string;
  readonly color: string | null;
}

/** A state in a word or two. */
export interface Described extends StateIcon {
  readonly text: string;
}

/** Icon of what would answer now. */
export const READY_ICON = 'pass';
/** Icon of what nobody asked yet. */
export const UNUSED_ICON = 'circle-large-outline';

const READY: StateIcon = { icon: READY_ICON, color: 'farthing.provider.readyForeground' };
const WARNING: StateIcon = { icon: 'warning', color: 'farthing.provider.warningForeground' };
const PAUSED: StateIcon = { icon: 'debug-pause', color: 'farthing.provider.failingForeground' };
const FAILING: StateIcon = { icon: 'error', color: 'farthing.provider.failingForeground' };
const NO_KEY: StateIcon = { icon: 'key', color: 'farthing.provider.warningForeground' };
const UNUSED: StateIcon = { icon: UNUSED_ICON, color: null };

/** True when calls to the provider fail for want of a key. */
export const lacksKey = ({ needsKey, key }: ProviderState): boolean => needsKey && key === null;

/** What a provider would do with a call now: the endpoint that would get it decides. */
export function describeProvider(provider: ProviderState, { l10n, time }: Words): Described {
  if (lacksKey(provider)) return { text: l10n.t('no key'), ...NO_KEY };
  const { endpoints } = provider;
  const next = endpoints.find(({ circuit }) => circuit !== 'open');
  if (next === undefined && endpoints.length > 0) {
    const until = opensNext(endpoints);
    return { text: until === null ? l10n.t('paused') : l10n.t('paused until {0}', time(until)), ...PAUSED };
  }
  const refusal = next === undefined ? null : accountProblem(next, { l10n, time });
  if (refusal !== null) return { text: refusal, ...FAILING };
  if (next !== undefined && isFailing(next)) return { text: l10n.t('failing'), ...FAILING };
  const paused = endpoints.filter(({ circuit }) => circuit === 'open').length;
  if (paused > 0)
    return { text: l10n.t('ready, {0} of {1} endpoints paused', paused, endpoints.length), ...WARNING };
  // What no call went to may be down, and its key wrong.
  if (endpoints.every(({ lastSuccessAt, lastError }) => lastSuccessAt === null && lastError === null))
    return { text: l10n.t('not used yet'), ...UNUSED };
  return { text: l10n.t('ready'), ...READY };
}

/** How one endpoint does, and since when. */
export function describeEndpoint(endpoint: EndpointHealth, { l10n, time }: Words): Described {
  const { circuit, opensAt, failuresInRow, lastSuccessAt, lastError } = endpoint;
  if (circuit === 'open')
    return {
      text: opensAt === null ? l10n.t('paused') : l10n.t('paused until {0}', time(opensAt)),
      ...PAUSED,
    };
  if (circuit === 'half-open') return { text: l10n.t('the next call tries it again'), ...WARNING };
  if (isFailing(endpoint)) {
    const when = lastError === null ? null : time(lastError.at);
    const text = when === null ? l10n.t('failing') : l10n.t('failed {0}', when);
    return { text: failuresInRow > 1 ? l10n.t('{0}, {1} in a row', text, failuresInRow) : text, ...FAILING };
  }
  const refusal = accountProblem(endpoint, { l10n, time });
  if (refusal !== null) return { text: refusal, ...FAILING };
  if (lastSuccessAt !== null) return { text: l10n.t('answered {0}', time(lastSuccessAt)), ...READY };
  return { text: l10n.t('not used yet'), ...UNUSED };
}

/** Where the provider's key came from. `variable` is the environment variable that the settings name for it. */
export function describeKey(provider: ProviderState, variable: string | null, l10n: L10n): string {
  if (provider.key === 'secret storage') return l10n.t('secret storage of VS Code');
  if (provider.key === 'environment')
    return variable === null ? l10n.t('environment') : l10n.t('environment variable {0}', variable);
  if (!provider.needsKey) return l10n.t('none needed');
  return variable === null
    ? l10n.t('none: set one')
    : l10n.t('none: set one, or the environment variable {0}', variable);
}

/** The last error, unless a call was answered after it. */
export function currentError({ lastError, lastSuccessAt }: EndpointHealth): EndpointHealth['lastError'] {
  return lastError !== null && (lastSuccessAt === null || lastError.at > lastSuccessAt) ? lastError : null;
}

/** When the first of the paused endpoints may be tried again, in epoch milliseconds; null for none. */
export function opensNext(endpoints: readonly EndpointHealth[]): number | null {
  const times = endpoints.flatMap(({ circuit, opensAt }) =>
    circuit === 'open' && opensAt !== null ? [opensAt] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** An endpoint's host and port: what a person knows it by. */
export const hostOf = (baseUrl: string): string => (URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl);

/** What is wrong with the account where the endpoint itself is well: no call is answered before it is put right. */
function accountProblem(endpoint: EndpointHealth, { l10n, time }: Words): string | null {
  const error = currentError(endpoint);
  if (error?.code === 'keyRefused') return l10n.t('key refused {0}', time(error.at));
  if (error?.code === 'quotaExceeded') return l10n.t('no credit left {0}', time(error.at));
  return null;
}

const isFailing = (endpoint: EndpointHealth): boolean =>
  endpoint.failuresInRow > 0 || endpoint.circuit === 'half-open';

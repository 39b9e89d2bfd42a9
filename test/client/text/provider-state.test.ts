import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf, type Node, nodeText, providerOf } from '../../../client/text/provider-nodes.ts';
import {
  describeEndpoint,
  describeKey,
  describeProvider,
  opensNext,
  type Words,
} from '../../../client/text/provider-state.ts';
import type { EndpointHealth, ProviderState } from '../../../protocol/messages.ts';
import { english } from './english.ts';

const words: Words = { l10n: english, time: (at) => `t${at}` };

const endpoint = (over: Partial<EndpointHealth> = {}): EndpointHealth => ({
  baseUrl: 'https://api.example.com/v1',
  circuit: 'closed',
  opensAt: null,
  failuresInRow: 0,
  lastSuccessAt: null,
  lastError: null,
  ...over,
});
const failure = (at: number) => ({ code: 'providerDown', message: 'It is down. Try again.', at }) as const;
const provider = (over: Partial<ProviderState> = {}): ProviderState => ({
  name: 'Orchard',
  models: ['apple-1', 'pear-2'],
  needsKey: true,
  key: 'secret storage',
  simulated: false,
  endpoints: [endpoint()],
  ...over,
});
const answered = [endpoint({ lastSuccessAt: 5 })];
const state = (over: Partial<ProviderState>) => describeProvider(provider(over), words).text;
const description = (over: Partial<ProviderState>) =>
  nodeText({ kind: 'provider', state: provider(over), variable: null }, words).description;

test('a provider is ready, and says where its key is from', () => {
  assert.equal(description({ endpoints: answered }), 'ready · key stored');
  assert.equal(description({ endpoints: answered, key: 'environment' }), 'ready · key from environment');
  const keyless = { endpoints: answered, needsKey: false, key: null };
  assert.equal(description(keyless), 'ready · no key needed');
  assert.equal(description({ ...keyless, endpoints: [endpoint({ failuresInRow: 1 })] }), 'failing');
  assert.equal(description(keyless), 'ready · no key needed');
  assert.equal(description({ ...keyless, simulated: true }), 'ready · simulated · no key needed');
});

test('a provider that never answered is not called ready, nor shown as if it were', () => {
  assert.equal(description({}), 'not used yet · key stored');
  assert.equal(description({ needsKey: false, key: null }), 'not used yet · no key needed');
  const { icon, color } = describeProvider(provider(), words);
  assert.deepEqual([icon, color], ['circle-large-outline', null]);
  assert.equal(describeProvider(provider({ endpoints: answered }), words).icon, 'pass');
});

test('a missing key is the first thing to say, whatever the endpoints do', () => {
  assert.equal(description({ key: null, endpoints: [endpoint({ circuit: 'open', opensAt: 9 })] }), 'no key');
});

test('a provider is paused until the first of its endpoints may be tried', () => {
  const paused = (opensAt: number | null) => endpoint({ circuit: 'open', opensAt, failuresInRow: 5 });
  assert.equal(state({ endpoints: [paused(9), paused(7)] }), 'paused until t7');
  assert.equal(state({ endpoints: [paused(null)] }), 'paused');
  assert.equal(state({ endpoints: [paused(9), endpoint()] }), 'ready, 1 of 2 endpoints paused');
});

test('a provider fails when the endpoint that would get the next call does', () => {
  assert.equal(state({ endpoints: [endpoint({ failuresInRow: 1 })] }), 'failing');
  assert.equal(state({ endpoints: [endpoint({ circuit: 'half-open' })] }), 'failing');
  assert.equal(state({ endpoints: [endpoint(), endpoint({ failuresInRow: 1 })] }), 'not used yet');
});

test('a key that was refused, or an empty account, is said until a call is answered', () => {
  const refusal = { code: 'keyRefused', message: 'It refused the key.', at: 6 } as const;
  assert.equal(state({ endpoints: [endpoint({ lastError: refusal })] }), 'key refused t6');
  assert.equal(
    state({ endpoints: [endpoint({ lastError: { ...refusal, code: 'quotaExceeded' } })] }),
    'no credit left t6',
  );
  assert.equal(state({ endpoints: [endpoint({ lastError: refusal, lastSuccessAt: 7 })] }), 'ready');
  assert.equal(state({ endpoints: [endpoint({ lastError: { ...refusal, code: 'badRequest' } })] }), 'ready');
});

test('states differ by the shape of their icon, not by colour alone', () => {
  const icons = [
    {},
    { endpoints: answered },
    { key: null },
    { endpoints: [endpoint({ failuresInRow: 1 })] },
    { endpoints: [endpoint({ circuit: 'open', opensAt: 9 })] },
  ].map((over: Partial<ProviderState>) => describeProvider(provider(over), words).icon);
  assert.equal(new Set(icons).size, icons.length);
});

test('an endpoint says since when it is as it is', () => {
  const text = (over: Partial<EndpointHealth>) => describeEndpoint(endpoint(over), words).text;
  assert.equal(text({}), 'not used yet');
  assert.equal(text({ lastSuccessAt: 5 }), 'answered t5');
  assert.equal(text({ lastSuccessAt: 5, lastError: failure(4) }), 'answered t5');
  assert.equal(text({ failuresInRow: 1, lastError: failure(6) }), 'failed t6');
  assert.equal(text({ failuresInRow: 3, lastError: failure(6) }), 'failed t6, 3 in a row');
  assert.equal(text({ circuit: 'open', opensAt: 8, failuresInRow: 5 }), 'paused until t8');
  assert.equal(text({ circuit: 'half-open', failuresInRow: 5 }), 'the next call tries it again');
});

test('the origin of a key names the variable, and a missing one says what to do', () => {
  const key = (over: Partial<ProviderState>, variable: string | null) =>
    describeKey(provider(over), variable, english);
  assert.equal(key({ key: 'environment' }, 'ORCHARD_KEY'), 'environment variable ORCHARD_KEY');
  assert.equal(key({}, 'ORCHARD_KEY'), 'secret storage of VS Code');
  assert.equal(key({ key: null }, 'ORCHARD_KEY'), 'none: set one, or the environment variable ORCHARD_KEY');
  assert.equal(key({ key: null }, null), 'none: set one');
  assert.equal(key({ key: null, needsKey: false }, null), 'none needed');
});

test('the next refresh is when the first paused endpoint opens', () => {
  assert.equal(opensNext([endpoint(), endpoint({ circuit: 'open', opensAt: 9 })]), 9);
  assert.equal(opensNext([endpoint()]), null);
});

test('a provider has its key, its endpoints and its models; an endpoint has its last error', () => {
  const root: Node = {
    kind: 'provider',
    variable: null,
    state: provider({ endpoints: [endpoint({ failuresInRow: 1, lastError: failure(6) })] }),
  };
  const lines = (node: Node, depth = 0): string[] => {
    const { label, description: more } = nodeText(node, words);
    return [
      `${' '.repeat(depth)}${label}: ${more}`,
      ...childrenOf(node).flatMap((child) => lines(child, depth + 1)),
    ];
  };
  assert.deepEqual(lines(root), [
    'Orchard: failing · key stored',
    ' Key: secret storage of VS Code',
    ' api.example.com: failed t6',
    '  It is down. Try again.: ',
    ' Models: 2',
    '  apple-1: ',
    '  pear-2: ',
  ]);
});

test('an error that was followed by an answer is not shown as the state any more', () => {
  const healed = endpoint({ lastError: failure(4), lastSuccessAt: 5 });
  const of = { kind: 'provider', state: provider({ endpoints: [healed] }), variable: null } as const;
  assert.deepEqual(childrenOf({ kind: 'endpoint', of, endpoint: healed }), []);
});

test('each line knows its provider, has an id of its own and words for a screen reader', () => {
  const root: Node = { kind: 'provider', state: provider(), variable: null };
  const all = [root, ...childrenOf(root), ...childrenOf(root).flatMap(childrenOf)];
  const texts = all.map((node) => nodeText(node, words));
  assert.equal(new Set(texts.map(({ id }) => id)).size, all.length);
  assert.ok(all.every((node) => providerOf(node) === 'Orchard'));
  assert.ok(texts.every(({ accessible, label }) => accessible.startsWith(label)));
});

test('menus know where a key can be set or removed', () => {
  const context = (over: Partial<ProviderState>) =>
    nodeText({ kind: 'provider', state: provider(over), variable: null }, words).context;
  assert.equal(context({}), 'provider needsKey storedKey');
  assert.equal(context({ key: 'environment' }), 'provider needsKey');
  assert.equal(context({ needsKey: false, key: null }), 'provider');
});

test('a password in a base URL is not shown, and what providers say is not taken for Markdown', () => {
  const hostile = endpoint({
    baseUrl: 'https://me:hunter2@api.example.com/v1',
    failuresInRow: 1,
    lastError: { code: 'badRequest', message: '[click](command:evil) <b>', at: 6 },
  });
  const of = {
    kind: 'provider',
    state: provider({ name: '*Orchard*', endpoints: [hostile] }),
    variable: null,
  } as const;
  const texts = [of, { kind: 'endpoint', of, endpoint: hostile } as const].map((node) =>
    nodeText(node, words),
  );
  for (const { tooltip, label, accessible } of texts) {
    assert.doesNotMatch(`${tooltip}${label}${accessible}`, /hunter2/);
    assert.doesNotMatch(tooltip, /(?<!\\)\[click|(?<!\\)<b>/);
  }
});

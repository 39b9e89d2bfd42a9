/** What makes two requests the same, in both directions: what must not matter does not, and what must does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Message, ResponseFormat, ToolDefinition } from '../../../protocol/messages.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { cacheKey, createCacheKeys } from '../../../server/pipeline/cache-key.ts';
import { canonicalJson } from '../../../server/pipeline/canonical-json.ts';
import { mayBeFitted } from '../../../server/pipeline/history-plan.ts';
import type { Call, Sampling } from '../../../server/pipeline/stage.ts';
import { makeCachePolicy, makeCall } from '../../support/pipeline-fakes.ts';

const base = makeCall();
const key = (overrides: Partial<Call> = {}) => cacheKey(makeCall(overrides));
const openAI = { ...base.provider, baseUrl: 'https://api.openai.com/v1' };
const tools: readonly ToolDefinition[] = [
  { name: 'read', description: 'Reads', parameters: { type: 'object', properties: { a: {}, b: {} } } },
  { name: 'write' },
];
const schema: ResponseFormat = {
  type: 'json_schema',
  name: 'answer',
  schema: { type: 'object', required: [] },
};
const expected = { matches: null, fields: ['total'], minLength: null, maxLength: null };
const ladder = [{ provider: base.provider, model: base.model, tier: 'small' }] as const;
const says = (content: string): Partial<Call> => ({ messages: [{ role: 'user', content }] });

describe('does not matter to the key:', () => {
  const attribution = { feature: 'command line', user: 'grace', job: 'file:///x', workspace: 'w' };
  const other = { provider: openAI, model: { ...base.model, id: 'other' } };
  const neutral: readonly (readonly [string, Partial<Call>, Partial<Call>?])[] = [
    ['the id of the call', { id: 'another' }],
    ['who asks, and for what', { attribution: { ...attribution, branch: 'main', tags: ['a'] } }],
    ['when it is asked', { startedAt: 1 }],
    ['what the provider is called', { provider: { ...base.provider, name: 'Renamed' } }],
    ['how its host is written', { provider: { ...base.provider, baseUrl: 'HTTP://127.0.0.1:9/v1/' } }],
    ['what is known of the model', { model: { ...base.model, contextTokens: 5, encoding: 'o200k_base' } }],
    ['the baseline', { baseline: other }],
    ['where it may go when it fails', { chain: [other], downgradeTo: other }],
    ['that it is a part of an answer', { part: 'rest' }],
    ['how its prefix is arranged', { prefix: { cacheKey: 'k', breakpoints: [0], at: ['Test/test-model'] } }],
    ['what it leaves out', { off: new Set(['retry']), onlyRefusingBudgets: true }],
    ['the settings', { settings: { ...defaultSettings(), timeoutSeconds: 1 } }],
    ['the kind of task', { kind: 'code' }],
    ['how long and why it is kept', { cache: { ...makeCachePolicy('refresh'), maxAgeMs: 1, why: 'x' } }],
    ['which text its prompt file had', { cache: { ...makeCachePolicy('use'), promptHash: 'abc' } }],
    ['the order in which a message is written', { messages: [{ content: 'one two three', role: 'user' }] }],
    ['an option that is undefined', { sampling: { temperature: undefined } as unknown as Sampling }],
    ['an empty list of stops', { sampling: { stop: [] } }],
    ['text as the form of the answer', { responseFormat: { type: 'text' } }],
    ['a choice where there are no tools', { toolChoice: 'required' }],
    ['"auto" where there are tools', { tools, toolChoice: 'auto' }, { tools }],
    [
      'the order of stops, and doubles',
      { sampling: { stop: ['b', 'a', 'b'] } },
      { sampling: { stop: ['a', 'b'] } },
    ],
    [
      "OpenAI's documented defaults, at OpenAI",
      { provider: openAI, sampling: { temperature: 1, topP: 1, presencePenalty: 0, frequencyPenalty: 0 } },
      { provider: openAI },
    ],
  ];
  for (const [what, overrides, than = {}] of neutral)
    test(what, () => assert.equal(key(overrides), key(than)));
});

describe('of a call with marked context', () => {
  const marked = says('<context>\none\n</context>\ntwo');
  const limit = (contextTokens: number) => ({ settings: { ...defaultSettings(), contextTokens } });

  test('the key says whether it is fitted, to how many tokens, and how relevant it has to be', () => {
    const relevant = { settings: { ...defaultSettings(), contextRelevance: 0.2 } };
    const ways = [{}, { off: new Set(['fitContext'] as const) }, limit(10), limit(0), relevant];
    assert.equal(new Set(ways.map((way) => key({ ...marked, ...way }))).size, ways.length);
  });

  test('the limit does not matter where it is not fitted', () => {
    const off = new Set(['fitContext'] as const);
    assert.equal(key({ ...marked, off, ...limit(10) }), key({ ...marked, off }));
  });

  test('neither matters where nothing is marked', () => {
    assert.equal(key({ off: new Set(['fitContext']), ...limit(10) }), key());
    const unclosed = says('<context>\none\n');
    assert.equal(key({ ...unclosed, ...limit(10) }), key(unclosed));
  });
});

describe('of a long conversation', () => {
  const limit = (historyTokens: number) => ({ settings: { ...defaultSettings(), historyTokens } });
  const off = new Set(['fitHistory'] as const);
  const long: Partial<Call> = {
    messages: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two '.repeat(100) },
      { role: 'user', content: 'three' },
    ],
  };

  test('the key says whether it may be fitted, and to how many tokens', () => {
    const ways = [limit(100), limit(50), { ...limit(50), off }];
    assert.equal(new Set(ways.map((way) => key({ ...long, ...way }))).size, ways.length);
  });

  test('all ways of sending it whole are one', () => {
    for (const way of [limit(0), { ...limit(50), off }, { ...limit(100), off }, limit(10_000)])
      assert.equal(key({ ...long, ...way }), key({ ...long, ...limit(0) }));
  });

  test('it does not matter where no answer was given before', () => {
    const asked = says('two '.repeat(100));
    assert.equal(key({ ...asked, ...limit(10) }), key(asked));
  });

  test('whatever is said, a call that may be fitted and one that may not share no key', () => {
    const message = fc.record({
      role: fc.constantFrom('system', 'user', 'assistant'),
      content: fc.string({ unit: 'binary', maxLength: 40 }),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.integer({ min: 1, max: 200 }),
        (messages, tokens) => {
          const call = makeCall({ messages: messages as Call['messages'], ...limit(tokens) });
          const whole = { ...call, off };
          assert.equal(cacheKey(call) === cacheKey(whole), !mayBeFitted(call));
        },
      ),
    );
  });
});

describe('matters to the key:', () => {
  const decisive: readonly (readonly [string, Partial<Call>])[] = [
    ['the endpoint', { provider: { ...base.provider, baseUrl: 'http://127.0.0.1:10/v1' } }],
    ['the model', { model: { ...base.model, id: 'test-model-2' } }],
    ['a space in a text', says('one two  three')],
    ['a space at its end', says('one two three ')],
    ['the form of a letter, since the model reads other tokens', says('e\u0301')],
    ['the same letter in one', says('\u00e9')],
    ['half of a surrogate pair', says('\ud800')],
    ['another half', says('\ud801')],
    ['the character that replaces both in UTF-8', says('\ufffd')],
    ['a text that looks like an escape', says('\\ud800')],
    ['the role', { messages: [{ role: 'system', content: 'one two three' }] }],
    [
      'where a message ends',
      { messages: ['one two', ' three'].map((content) => ({ role: 'user', content })) },
    ],
    [
      'where it ends otherwise',
      { messages: ['one', ' two three'].map((content) => ({ role: 'user', content })) },
    ],
    [
      'the order of messages',
      { messages: [' three', 'one two'].map((content) => ({ role: 'user', content })) },
    ],
    ['no message at all', { messages: [] }],
    ['the temperature', { sampling: { temperature: 0 } }],
    ['a temperature of 1, where it is nobody knows whose default', { sampling: { temperature: 1 } }],
    ['the output limit', { sampling: { maxTokens: 5 } }],
    ['which option a number is for', { sampling: { seed: 5 } }],
    ['what stops it', { sampling: { stop: ['a'] } }],
    ['how many texts stop it', { sampling: { stop: ['a', 'b'] } }],
    ['one that reads like two', { sampling: { stop: ['a,b'] } }],
    ['tools', { tools }],
    ['their order, since the model reads them in it', { tools: tools.toReversed() }],
    ['that none must be called', { tools, toolChoice: 'none' }],
    ['which must be called', { tools, toolChoice: 'read' }],
    ['what a tool says of itself', { tools: [{ name: 'read', description: 'reads' }] }],
    ['that the answer is JSON', { responseFormat: { type: 'json_object' } }],
    ['its schema', { responseFormat: schema }],
    [
      'a detail of its schema',
      { responseFormat: { ...schema, schema: { type: 'object', required: ['a'] } } },
    ],
    ['whether the schema is kept to', { responseFormat: { ...schema, strict: true } }],
    ['where answers are shared', { cache: { ...makeCachePolicy('use'), scope: 'w' } }],
    ['the version of the prompt', { cache: { ...makeCachePolicy('use'), version: '2' } }],
    ['that a simulator answers', { provider: { ...base.provider, simulated: true } }],
    ['what is expected of the answer', { expect: expected }],
    ['which pattern it is to match', { expect: { ...expected, matches: /^\d+$/ } }],
    ['the flags of the pattern', { expect: { ...expected, matches: /^\d+$/u } }],
    ['how long it is to be', { expect: { ...expected, maxLength: 9 } }],
    ['that Farthing chooses the model', { ladder }],
    ['that it takes the best of those', { ladder, off: new Set(['route']) }],
    ['that its first answer is the last', { ladder, off: new Set(['cascade']) }],
  ] as readonly (readonly [string, Partial<Call>])[];
  const keys = new Map(decisive.map(([what, overrides]) => [key(overrides), what]));
  for (const [what, overrides] of decisive)
    test(what, () => {
      assert.notEqual(key(overrides), key());
      assert.equal(keys.get(key(overrides)), what, 'and no other request has its key');
    });
});

test("a simulator's port does not matter to the key", () => {
  const simulator = { ...base.provider, simulated: true };
  const elsewhere = { ...simulator, baseUrl: 'http://127.0.0.1:10/v1' };
  assert.equal(key({ provider: elsewhere }), key({ provider: simulator }));
  assert.notEqual(key({ provider: { ...simulator, name: 'Another' } }), key({ provider: simulator }));
});

test('a simulator that is called like an endpoint does not answer for it', () => {
  const simulator = { ...base.provider, simulated: true, name: base.provider.baseUrl };
  assert.notEqual(key({ provider: simulator }), key());
});

test('a call is hashed once, however many ask for its key', () => {
  const keyOf = createCacheKeys();
  let reads = 0;
  const call: Call = {
    ...base,
    get messages() {
      reads += 1;
      return base.messages;
    },
  };
  assert.equal(keyOf(call), key());
  assert.equal(keyOf(call), key());
  assert.equal(reads, 1);
});

/** Every text of UTF-16 units, halves of surrogate pairs included. */
const units = fc.array(fc.nat(0xffff), { maxLength: 6 }).map((codes) => String.fromCharCode(...codes));
/** Texts that are easily taken for one another. */
const text = fc.oneof(fc.constantFrom('', ' ', 'a', 'a ', '"', ',', '\\', '\ud800', '\ufffd', 'é'), units);
const message = fc.record({
  role: fc.constantFrom<Message['role']>('system', 'user', 'assistant'),
  content: text,
});
/** JSON with few keys, so that objects are alike, and with those that are no ordinary ones in JavaScript. */
const name = fc.constantFrom('', 'a', 'b', 'é', '9', '10', '__proto__', 'toString');
const { json, object } = fc.letrec<{ json: unknown; object: Record<string, unknown> }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, fc.constantFrom(null, true, 0, -0, 1, 1e21, 0.1)),
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('json'), { maxKeys: 4 }),
}));
const sampling = fc.record(
  {
    temperature: fc.constantFrom(0, 0.5, 1),
    topP: fc.constantFrom(0.5, 1),
    maxTokens: fc.constantFrom(1, 2),
    seed: fc.constantFrom(1, 2),
    stop: fc.array(fc.constantFrom('a', 'b', 'a,b'), { maxLength: 3 }),
    presencePenalty: fc.constantFrom(0, 1),
  },
  { requiredKeys: [] },
);
const tool = fc.record({ name: fc.constantFrom('a', 'b'), parameters: object }, { requiredKeys: ['name'] });
const format = fc.oneof(
  fc.constant(null),
  fc.constantFrom<ResponseFormat>({ type: 'text' }, { type: 'json_object' }),
  fc.record({ type: fc.constant('json_schema' as const), name: fc.constantFrom('a', 'b'), schema: object }),
);
const call = fc
  .record({
    messages: fc.array(message, { maxLength: 3 }),
    sampling,
    tools: fc.array(tool, { maxLength: 2 }),
    toolChoice: fc.constantFrom(null, 'auto', 'none', 'a'),
    responseFormat: format,
    provider: fc.constantFrom(base.provider, openAI),
    version: fc.constantFrom(null, '1'),
  })
  .map(({ version, ...parts }) =>
    makeCall({ ...parts, cache: { ...makeCachePolicy('use'), version } } as Partial<Call>),
  );

/** The same value with the keys of its objects the other way round, and through text with white space. */
function respelled<Value>(value: Value): Value {
  const turned = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(turned);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part)
        .reverse()
        .map(([name, own]) => [name, turned(own)]),
    );
  };
  return JSON.parse(JSON.stringify(turned(value), null, 3)) as Value;
}

test('however a request is spelled, its key is the same', () => {
  fc.assert(
    fc.property(call, (one) => {
      const { stop = [], ...rest } = one.sampling;
      const same: Call = {
        ...one,
        id: 'another',
        messages: respelled(one.messages),
        tools: respelled(one.tools),
        responseFormat: respelled(one.responseFormat) ?? { type: 'text' },
        sampling: { ...respelled(rest), stop: [...stop, ...stop].reverse() },
        toolChoice: one.toolChoice ?? 'auto',
      };
      assert.equal(cacheKey(same), cacheKey(one));
    }),
    { numRuns: 500 },
  );
});

/** What a request is, written down in another way than the key's. */
function meaning({ messages, sampling, tools, toolChoice, responseFormat, provider, cache }: Call) {
  const isOpenAI = provider === openAI;
  const { temperature, topP, presencePenalty, stop, ...rest } = sampling;
  return {
    messages,
    tools,
    choice: tools.length === 0 || toolChoice === null ? 'auto' : toolChoice,
    format: responseFormat?.type === 'text' ? null : responseFormat,
    isOpenAI,
    version: cache.version,
    temperature: temperature ?? (isOpenAI ? 1 : null),
    topP: topP ?? (isOpenAI ? 1 : null),
    presencePenalty: presencePenalty ?? (isOpenAI ? 0 : null),
    stop: ['a', 'b', 'a,b'].filter((one) => stop?.includes(one)),
    rest,
  };
}

test('two requests have one key exactly where they mean the same', () => {
  let same = 0;
  // Most random pairs have nothing in common; those that differ in one part are where a key goes wrong.
  const pair = fc.tuple(
    call,
    call,
    fc.constantFrom<keyof Call>(
      'messages',
      'sampling',
      'tools',
      'toolChoice',
      'responseFormat',
      'provider',
      'cache',
    ),
  );
  fc.assert(
    fc.property(pair, ([one, another, part]) => {
      const two = { ...one, [part]: another[part] };
      const mean = isDeepStrictEqual(respelled(meaning(one)), respelled(meaning(two)));
      same += mean ? 1 : 0;
      assert.equal(cacheKey(one) === cacheKey(two), mean);
    }),
    { numRuns: 3000 },
  );
  assert.ok(same > 100, 'both kinds of pairs came');
});

test('JSON has one form for one value', () => {
  fc.assert(
    fc.property(json, json, (one, another) => {
      const text = canonicalJson(one);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(one)), 'nothing is lost');
      assert.equal(canonicalJson(respelled(one)), text);
      const same = isDeepStrictEqual(respelled(one), respelled(another));
      assert.equal(canonicalJson(another) === text, same);
    }),
    { numRuns: 1000 },
  );
  assert.equal(
    canonicalJson({ b: [1, { d: -0, c: undefined }], a: '\ud800' }),
    '{"a":"\\ud800","b":[1,{"d":0}]}',
  );
});

test('an answer that no command, another command, or one elsewhere has checked is another one', () => {
  const checked = (folder: string, command: string) =>
    key({
      check: { folder, trusted: true },
      settings: {
        ...defaultSettings(),
        cascadeCommand: { command: [command], timeoutSeconds: 1, maxOutputKilobytes: 1 },
      },
    });
  const keys = [key(), checked('/a', 'npm'), checked('/b', 'npm'), checked('/a', 'make')];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(checked('/a', 'npm'), checked('/a', 'npm'));
});

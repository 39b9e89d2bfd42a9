/** How long answers may get, what happens to one that is cut, and forms of the answer that a model does not take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { farthingError } from '../../../protocol/errors.ts';
import type { ResponseFormat } from '../../../protocol/messages.ts';
import { NO_USAGE } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { createEngine } from '../../../server/calls/engine.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { AnswerOutcome, CheckedAnswer } from '../../../server/pipeline/ports.ts';
import { NO_TOOLS } from '../../../server/pipeline/refusal-of-request.ts';
import { createFormatMemory } from '../../../server/pipeline/response-formats.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { boundOutput } from '../../../server/pipeline/stages/bound-output.ts';
import { continuation } from '../../../server/prompts/continuation.ts';
import { LADDER } from '../../support/ladders.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../../support/ledger-fixtures.ts';
import { createMemoryReplyStore } from '../../support/memory-reply-store.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, FAKE_PRICES, fakeDependencies, makeCall } from '../../support/pipeline-fakes.ts';
import { actionsOf, codeOf, reasonsOf, textOf } from '../../support/scripted-legs.ts';
import { type ScriptedReply, scriptedProvider } from '../../support/scripted-provider.ts';

const JOB = 'file:///a.prompt.md';
const { attribution, provider: TEST } = makeCall();
const OF_JOB: Partial<Call> = { attribution: { ...attribution, job: JOB } };
const SCHEMA: ResponseFormat = {
  type: 'json_schema',
  name: 'answer',
  schema: { type: 'object', required: ['a'] },
};

/** What one request does: what it shows, what it used, why it ended. */
interface Told {
  readonly text?: string;
  readonly reasoning?: string;
  readonly input?: number;
  readonly output?: number;
  readonly reason?: 'stop' | 'length';
  readonly error?: Error;
}

function told({ text, reasoning, input = 10, output = 5, reason = 'stop', error }: Told): ScriptedReply {
  const shown: ReplyEvent[] = [
    ...(reasoning === undefined ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
  ];
  const outcome = error === undefined ? ('answered' as const) : ('failed' as const);
  const nano = error === undefined ? input * FAKE_PRICES.input + output * FAKE_PRICES.output : 0;
  const usage = error === undefined ? usageOf(input, output) : NO_USAGE;
  const attempt = attemptOf(nano, { provider: 'Test', model: 'test-model', outcome, usage });
  const end: ReplyEvent[] = error === undefined ? [{ type: 'end', reason }] : [];
  return {
    events: [...shown, { type: 'attempt', attempt }, ...end],
    ...(error === undefined ? {} : { error }),
  };
}

/** A ledger in which the job had these output tokens, in this order. */
function ledgerWith(outputs: readonly number[]) {
  const ledger = createMemoryLedger();
  for (const [index, output] of outputs.entries()) {
    const call = openedCall(`past ${index}`, {
      attribution: { ...attribution, job: JOB },
      provider: 'Test',
      model: 'test-model',
    });
    const attempts = [attemptOf(1, { provider: 'Test', model: 'test-model', usage: usageOf(9, output) })];
    ledger.close(call, receiptOf(call, attempts), attempts);
  }
  return ledger;
}

/** The stage alone, for a job with these past runs. */
function setUp(outputs: readonly number[], ...replies: readonly ScriptedReply[]) {
  const provider = scriptedProvider(...replies);
  const formats = createFormatMemory();
  const stage = boundOutput({ ledger: ledgerWith(outputs), formats });
  const run = (call: Partial<Call> = {}) =>
    collect(stage.run(makeCall({ ...OF_JOB, ...call }), provider.next));
  return { provider, run };
}

const EXPECTED = { matches: /^Sum/, fields: [], minLength: null, maxLength: null } as const;
const RUNS = Array.from({ length: 20 }, (_, index) => 300 + index);
/** Half as much again as the longest of them. */
const BOUND = 479;
const endsOf = (events: readonly ReplyEvent[]) => events.filter(({ type }) => type === 'end');

test('a job that ran twenty times is limited well above its longest answer', async () => {
  const { run, provider } = setUp(RUNS, told({ text: 'short' }));
  const { events } = await run();
  assert.equal(provider.calls[0]?.sampling.maxTokens, BOUND);
  assert.deepEqual(actionsOf(events), ['boundOutput bounded']);
  assert.match(
    reasonsOf(events)[0] ?? '',
    /^At most 479 tokens .* 99 % of the last 20 runs .* had 319 or fewer\./,
  );
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'stop' }]);
});

test('a limit is never so low that it saves nothing', async () => {
  const { run, provider } = setUp(Array<number>(20).fill(3), told({ text: 'x' }));
  await run();
  assert.equal(provider.calls[0]?.sampling.maxTokens, 256);
});

test('nothing is limited that has a limit, is not known, or could not be continued', async () => {
  const cases: readonly (readonly [string, readonly number[], Partial<Call>])[] = [
    ['too few runs', RUNS.slice(1), {}],
    ['no job', RUNS, { attribution }],
    ['another model', RUNS, { model: { id: 'other', contextTokens: null, encoding: null } }],
    ['runs of real money say nothing of a simulator', RUNS, { provider: { ...TEST, simulated: true } }],
    ['tools', RUNS, { tools: [{ name: 'read' }] }],
    ['JSON', RUNS, { responseFormat: SCHEMA }],
    [
      'code that is used as it stands',
      RUNS,
      { expect: { ...EXPECTED, codeBlock: { language: 'ts', replaces: null, file: null } } },
    ],
    [
      'a model that is still to be chosen',
      RUNS,
      { ladder: [{ provider: TEST, model: makeCall().model, tier: 'small' }] },
    ],
  ];
  for (const [what, runs, call] of cases) {
    const { run, provider } = setUp(runs, told({ text: 'x', reason: 'length', output: 10_000 }));
    const { events } = await run(call);
    assert.equal(provider.calls[0]?.sampling.maxTokens, undefined, what);
    assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'length' }], what);
  }
  const { run, provider } = setUp(RUNS, told({ text: 'x', reason: 'length', output: 7 }));
  const { events } = await run({ sampling: { maxTokens: 7 } });
  assert.equal(provider.calls[0]?.sampling.maxTokens, 7, "the caller's own");
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'length' }]);
});

test('an answer that is cut at the limit goes on without one, as one answer with one end', async () => {
  const { run, provider } = setUp(
    RUNS,
    told({ text: 'The begin', output: BOUND, reason: 'length' }),
    told({ text: 'ning and the end.', output: 30 }),
  );
  const { events, error } = await run({ sampling: { temperature: 0.2 } });
  assert.equal(error, null);
  assert.equal(textOf(events), 'The beginning and the end.');
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'stop' }]);
  const [first, second] = provider.calls;
  assert.deepEqual(second?.sampling, { temperature: 0.2 });
  assert.deepEqual(second?.messages, [...(first?.messages ?? []), ...continuation('The begin')]);
  assert.deepEqual([first?.part, second?.part], ['beginning', 'rest']);
  assert.deepEqual(actionsOf(events), ['boundOutput bounded', 'boundOutput continued']);
});

test('an answer that spent the limit on reasoning is asked for afresh, without one', async () => {
  const { run, provider } = setUp(
    RUNS,
    told({ reasoning: 'hm', output: BOUND, reason: 'length' }),
    told({ text: 'All of it.', output: 900 }),
  );
  const { events } = await run();
  assert.equal(textOf(events), 'All of it.');
  assert.deepEqual(provider.calls[1]?.messages, provider.calls[0]?.messages);
  assert.equal(provider.calls[1]?.sampling.maxTokens, undefined);
  assert.equal(provider.calls[1]?.part, null);
  assert.deepEqual(actionsOf(events), ['boundOutput bounded', 'boundOutput restarted']);
  assert.equal(endsOf(events).length, 1);
});

test("an answer that a provider's own limit cut is left as it is, and so is a refusal", async () => {
  const own = setUp(RUNS, told({ text: 'x', output: 100, reason: 'length' }));
  assert.deepEqual(endsOf((await own.run()).events), [{ type: 'end', reason: 'length' }]);
  const { events } = told({ text: 'x', output: BOUND, reason: 'length' });
  const refused = setUp(RUNS, { events: [{ type: 'refusal', text: 'No' }, ...events] });
  assert.deepEqual(endsOf((await refused.run()).events), [{ type: 'end', reason: 'length' }]);
});

test('what is asked for in addition may be cut too, and then it ends', async () => {
  const { run } = setUp(
    RUNS,
    told({ text: 'a', output: BOUND, reason: 'length' }),
    told({ text: 'b', output: 5000, reason: 'length' }),
  );
  const { events } = await run();
  assert.equal(textOf(events), 'ab');
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'length' }]);
});

test('a fault of the rest is the fault of the answer', async () => {
  const { run } = setUp(
    RUNS,
    told({ text: 'a', output: BOUND, reason: 'length' }),
    told({ error: farthingError('cutStream', { provider: 'Test' }) }),
  );
  const { events, error } = await run();
  assert.equal(codeOf(error), 'cutStream');
  assert.equal(textOf(events), 'a');
  assert.deepEqual(endsOf(events), []);
});

test('a limit is never below what nearly all past runs had, whatever they had', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20_000), { minLength: 20, maxLength: 50 }), async (outputs) => {
      const { run, provider } = setUp(outputs, told({ text: 'x' }));
      await run();
      const limit = provider.calls[0]?.sampling.maxTokens ?? 0;
      assert.ok(limit >= Math.max(256, ...outputs.map((output) => output * 1.5)));
    }),
    { numRuns: 50 },
  );
});

/** The whole pipeline over scripted replies, with a store that keeps answers. */
function wholePipeline(...replies: readonly ScriptedReply[]) {
  const provider = scriptedProvider(...replies);
  const ledger = ledgerWith(RUNS);
  const store = createMemoryReplyStore();
  const run = pipeline(fakeDependencies({ ledger, ledgerReader: ledger, replies: store }), provider.next);
  let calls = 0;
  return {
    ledger,
    provider,
    async send(overrides: Partial<Call> = {}) {
      const { events, error } = await collect(
        run(makeCall({ id: `call ${++calls}`, ...OF_JOB, ...overrides })),
      );
      const last = events.at(-1);
      assert.equal(last?.type, 'receipt');
      return { events, error, receipt: last.receipt };
    },
  };
}

test('both requests of a continued answer are charged, and neither is waste', async () => {
  const { send, ledger } = wholePipeline(
    told({ text: 'one ', input: 100, output: BOUND, reason: 'length' }),
    told({ text: 'two', input: 600, output: 50 }),
  );
  const { events, error, receipt } = await send();
  assert.equal(error, null);
  assert.equal(textOf(events), 'one two');
  assert.equal(endsOf(events).length, 1);
  const cost = 100 + 600 + 10 * (BOUND + 50);
  assert.equal(receipt.cost.nano, cost);
  assert.equal(receipt.wasteNano, 0);
  assert.equal(receipt.finishReason, 'stop');
  // The same answer in one request reads its input once: the limit made this one dearer, and says so.
  assert.equal(receipt.baseline?.nano, 100 + 10 * (BOUND + 50));
  assert.equal(receipt.savedNano, -600);
  assert.equal(ledger.call('call 1')?.attempts.length, 2);
});

test('what was asked for afresh was paid for nothing the first time', async () => {
  const { send } = wholePipeline(
    told({ reasoning: 'hm', input: 100, output: BOUND, reason: 'length' }),
    told({ text: 'two', input: 100, output: 50 }),
  );
  const { receipt } = await send();
  assert.equal(receipt.wasteNano, 100 + 10 * BOUND);
  assert.equal(receipt.baseline?.nano, 100 + 10 * 50);
});

test('a continued answer is kept whole, with what it used as one', async () => {
  const { send, provider } = wholePipeline(
    told({ text: 'one ', input: 100, output: BOUND, reason: 'length' }),
    told({ text: 'two', input: 600, output: 50 }),
  );
  await send();
  const { events, receipt } = await send();
  assert.equal(provider.calls.length, 2, 'nothing was sent');
  assert.equal(textOf(events), 'one two');
  assert.equal(receipt.outcome, 'cached');
  assert.deepEqual(receipt.replayed, usageOf(100, BOUND + 50));
});

/** What the checks see of a call's answers, and what the reader is told of those that do not begin with "Sum". */
async function judgedOf(call: Partial<Call>, ...replies: readonly ScriptedReply[]) {
  const base = fakeDependencies();
  const ledger = ledgerWith(RUNS);
  const judged: { readonly text: string; readonly messages: Call['messages'] }[] = [];
  const gates = {
    ...base.gates,
    judge: async ({ text }: CheckedAnswer, { messages }: Call) => {
      judged.push({ text, messages });
      const passed = text.startsWith('Sum');
      return { passed, certain: !passed, complaints: [{ gate: 'matches', why: 'No sum.' }], notes: [] };
    },
  };
  const learnt: AnswerOutcome[] = [];
  const router = {
    ...base.router,
    learn: (_1: string, _2: string, _3: string, outcome: AnswerOutcome) => void learnt.push(outcome),
  };
  const provider = scriptedProvider(...replies);
  const run = pipeline({ ...base, ledger, ledgerReader: ledger, gates, router }, provider.next);
  const { events } = await collect(run(makeCall({ ...OF_JOB, ...call })));
  return { events, judged, learnt, provider };
}

test('an answer that is cut at the limit is judged when it is whole, as the answer to what was asked', async () => {
  const call = { expect: EXPECTED };
  const { events, judged, learnt, provider } = await judgedOf(
    call,
    told({ text: 'Sum: ', output: BOUND, reason: 'length' }),
    told({ text: '42', output: 50 }),
  );
  assert.equal(
    provider.calls[0]?.sampling.maxTokens,
    BOUND,
    'a prompt that expects something is limited, too',
  );
  assert.deepEqual(judged, [{ text: 'Sum: 42', messages: makeCall().messages }]);
  assert.deepEqual(learnt, ['passedGate']);
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'stop' }]);
});

test('a continued answer that does not pass is marked as one that came at once would be', async () => {
  const { events, learnt } = await judgedOf(
    { check: { folder: '/w', trusted: true } },
    told({ text: 'The total ', output: BOUND, reason: 'length' }),
    told({ text: 'is 42', output: 50 }),
  );
  assert.deepEqual(endsOf(events), [{ type: 'end', reason: 'stop', failedGates: ['matches'] }]);
  assert.deepEqual(learnt, ['failedGate']);
});

test("an answer that the provider's own limit cut has no rest, and is judged as it is", async () => {
  const { judged } = await judgedOf(
    { expect: EXPECTED },
    told({ text: 'Sum', output: 100, reason: 'length' }),
  );
  assert.deepEqual(
    judged.map(({ text }) => text),
    ['Sum'],
  );
});

test('switched off, nothing is limited', async () => {
  const { send, provider } = wholePipeline(told({ text: 'x' }));
  await send({ off: new Set(['boundOutput']) });
  assert.equal(provider.calls[0]?.sampling.maxTokens, undefined);
});

test('a preview is of the call as it was asked', async () => {
  const ledger = ledgerWith(RUNS);
  const engine = createEngine({
    ...fakeDependencies(),
    ledger,
    ledgerReader: ledger,
    provider: () => () => assert.fail('a preview sends nothing'),
  });
  const preview = await engine.preview(makeCall(OF_JOB));
  assert.deepEqual([preview.outputTokens, preview.outputBasis], [310, 'past runs']);
});

const brief = (call: Partial<Call> = {}): Partial<Call> => ({
  settings: { ...defaultSettings(), outputDirective: true },
  kind: 'translate',
  ...call,
});
const systemsOf = (call: Call | undefined) =>
  call?.messages.filter(({ role }) => role === 'system').map(({ content }) => content) ?? [];

test('a kind of task gets a sentence on its length, where the setting says so', async () => {
  const { run, provider } = setUp([], told({}), told({}), told({}));
  await run(brief());
  assert.deepEqual(systemsOf(provider.calls[0]), ['Give the translation and nothing else.']);
  const messages = [
    { role: 'system', content: 'You translate.' },
    { role: 'user', content: 'Bonjour' },
  ] as const;
  const { events } = await run(brief({ messages }));
  assert.deepEqual(systemsOf(provider.calls[1]), [
    'You translate.\n\nGive the translation and nothing else.',
  ]);
  assert.deepEqual(provider.calls[1]?.messages.at(-1), messages[1], 'what the user wrote stays');
  assert.deepEqual(actionsOf(events), ['boundOutput directed']);
  await run({ kind: 'translate', messages });
  assert.deepEqual(provider.calls[2]?.messages, messages, 'by default the prompt stays as it is');
});

test('a prompt that says how long its answer should be, or has a limit, gets no sentence', async () => {
  const says = (content: string): Partial<Call> => ({ messages: [{ role: 'user', content }] });
  const cases: readonly Partial<Call>[] = [
    says('Translate in two sentences: bonjour'),
    says('A thorough translation of this: bonjour'),
    { sampling: { maxTokens: 10 } },
    { kind: 'answer' },
    { tools: [{ name: 'read' }] },
    { responseFormat: SCHEMA },
  ];
  for (const call of cases) {
    const { run, provider } = setUp([], told({}));
    await run(brief(call));
    assert.deepEqual(systemsOf(provider.calls[0]), [], JSON.stringify(call));
  }
});

const at = (baseUrl: string): Partial<Call> => ({ provider: { ...TEST, baseUrl }, responseFormat: SCHEMA });

test('a schema goes into the prompt where the endpoint is known not to take it', async () => {
  const { run, provider } = setUp([], told({}), told({}), told({}));
  await run(at('https://api.anthropic.com/v1'));
  const [anthropic] = provider.calls;
  assert.equal(anthropic?.responseFormat, null);
  assert.match(systemsOf(anthropic)[0] ?? '', /JSON schema: \{"type":"object","required":\["a"\]\}$/);
  await run(at('https://api.deepseek.com/v1'));
  assert.deepEqual(provider.calls[1]?.responseFormat, { type: 'json_object' });
  assert.equal(systemsOf(provider.calls[1]).length, 1);
  await run(at('https://api.openai.com/v1'));
  assert.deepEqual(provider.calls[2]?.responseFormat, SCHEMA);
  assert.deepEqual(systemsOf(provider.calls[2]), []);
});

test('a model that refuses the form is asked in words at once, and from then on', async () => {
  const refusal = farthingError('badRequest', { provider: 'Test', status: 400, detail: 'response_format' });
  const { run, provider } = setUp([], told({ error: refusal }), told({ text: '{}' }), told({ text: '{}' }));
  const { events, error } = await run({ responseFormat: SCHEMA });
  assert.equal(error, null);
  assert.equal(textOf(events), '{}');
  assert.deepEqual(
    provider.calls.map(({ responseFormat }) => responseFormat),
    [SCHEMA, null],
  );
  await run({ responseFormat: SCHEMA });
  assert.equal(provider.calls[2]?.responseFormat, null);
  assert.equal(systemsOf(provider.calls[2]).length, 1);
});

test('a refusal of something else is passed on, and teaches nothing', async () => {
  const refusal = farthingError('badRequest', { provider: 'Test', status: 400, detail: 'temperature' });
  const { run, provider } = setUp([], told({ error: refusal }), told({ text: '{}' }));
  assert.equal(codeOf((await run({ responseFormat: SCHEMA })).error), 'badRequest');
  await run({ responseFormat: SCHEMA });
  assert.deepEqual(provider.calls[1]?.responseFormat, SCHEMA);
});

const [SMALL, MIDDLE] = LADDER;
const AUTO: Partial<Call> = { ...MIDDLE, ladder: [SMALL, MIDDLE] as Call['ladder'] };
const refusalOf = (place: string, detail: string): ScriptedReply => {
  const reply = told({ error: farthingError('badRequest', { provider: 'Test', status: 400, detail }) });
  const events = reply.events.map((event) =>
    event.type === 'attempt' ? { ...event, attempt: { ...event.attempt, model: place } } : event,
  );
  return { ...reply, events };
};

test('where others of a ladder may take what one refused, they are asked; where none does, words or the error', async () => {
  const form = setUp([], refusalOf('small', 'json_schema'), told({ text: '{}' }), told({ text: '{}' }));
  const { events, error } = await form.run({ ...AUTO, responseFormat: SCHEMA });
  assert.deepEqual([error, actionsOf(events)], [null, ['boundOutput askedElsewhere']]);
  assert.deepEqual(form.provider.calls[1]?.responseFormat, SCHEMA);
  await form.run({ ...AUTO, responseFormat: SCHEMA });
  assert.deepEqual(form.provider.calls[2]?.responseFormat, SCHEMA, 'it is for route to leave that one out');

  const all = setUp([], refusalOf('small', 'json_schema'), refusalOf('middle', 'json_schema'), told({}));
  const words = await all.run({ ...AUTO, responseFormat: SCHEMA });
  assert.deepEqual(actionsOf(words.events), ['boundOutput askedElsewhere', 'boundOutput reworded']);
  assert.equal(all.provider.calls[2]?.responseFormat, null);

  const tools = setUp([], refusalOf('small', NO_TOOLS), refusalOf('middle', NO_TOOLS));
  const none = await tools.run({ ...AUTO, tools: [{ name: 'read' }] });
  assert.equal(codeOf(none.error), 'badRequest');
  assert.deepEqual(actionsOf(none.events), ['boundOutput askedElsewhere']);
  const named = setUp([], refusalOf('test-model', NO_TOOLS));
  assert.equal(codeOf((await named.run({ tools: [{ name: 'read' }] })).error), 'badRequest');
});

test('a model that the settings say takes no form of the answer is asked in words', async () => {
  const { run, provider } = setUp([], told({ text: '{}' }));
  const { model } = makeCall();
  await run({ model: { ...model, lacks: ['schema'] }, responseFormat: SCHEMA });
  assert.equal(provider.calls[0]?.responseFormat, null);
  assert.equal(systemsOf(provider.calls[0]).length, 1);
});

/** What nobody should ask and somebody will: each ends well or with a sentence, exactly accounted for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { answerGates } from '../../../server/gates/checks.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { createRouter } from '../../../server/routing/router.ts';
import { LADDER, makeAutoCall, pricesOf } from '../../support/ladders.ts';
import { createMemoryOutcomes } from '../../support/memory-outcomes.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { evenRouter, fakeDependencies, testClock } from '../../support/pipeline-fakes.ts';
import {
  actionsOf,
  answers,
  codeOf,
  fails,
  type Leg,
  readTo,
  reasonsOf,
  scriptedLegs,
  textOf,
} from '../../support/scripted-legs.ts';

/** The whole list with the real gates and, by wish, the router that learns. */
function setUp(
  legs: readonly Leg[],
  { windows = {} as Readonly<Record<string, number>>, learns = false } = {},
) {
  const clock = testClock();
  const ledger = createMemoryLedger();
  const provider = scriptedLegs(...legs);
  const run = pipeline(
    fakeDependencies({
      clock,
      ledger,
      ledgerReader: ledger,
      prices: pricesOf(undefined, windows),
      router: learns ? createRouter(createMemoryOutcomes(), clock) : evenRouter(),
      gates: answerGates,
    }),
    provider.next,
  );
  return {
    sent: provider.calls,
    async send(call: Call) {
      const { events, error } = await readTo(run(call), clock);
      const last = events.at(-1);
      assert.equal(last?.type, 'receipt');
      const { receipt } = last;
      assert.equal(ledger.lines().length, 1, 'one line');
      return { events, error, receipt, text: textOf(events), actions: actionsOf(events) };
    },
  };
}

const user = (content: string) => [{ role: 'user' as const, content }];
const modelsOf = (calls: readonly Call[]) => calls.map(({ model }) => model.id);

test('where no model has room for the prompt, each is asked at most once and the sentence says so', async () => {
  const tooLong = () => fails('contextTooLong', { retryable: false });
  const { send, sent } = setUp([tooLong(), tooLong(), tooLong()], {
    windows: { small: 5, middle: 6, frontier: 7 },
  });
  const { error, receipt, text } = await send(makeAutoCall({ messages: user('word '.repeat(50)) }));
  assert.equal(codeOf(error), 'contextTooLong');
  assert.deepEqual([receipt.outcome, receipt.cost.nano, text], ['failed', 0, '']);
  assert.equal(new Set(modelsOf(sent)).size, sent.length);
});

test('a model whose window turns out too small is no reason to fail, where a larger one was among those to choose from', async () => {
  const { send, sent } = setUp([fails('contextTooLong', { retryable: false }), answers('fine', 40)]);
  const { error, receipt, text } = await send(makeAutoCall());
  assert.equal(error, null);
  assert.deepEqual([modelsOf(sent), text, receipt.cost.nano], [['small', 'middle'], 'fine', 40]);
});

test('where every endpoint is down, each model is tried, and the call ends with what somebody can mend', async () => {
  const { send, sent } = setUp(Array.from({ length: 40 }, () => fails('network')));
  const { error, receipt, actions } = await send(makeAutoCall());
  assert.equal(codeOf(error), 'network');
  assert.deepEqual([...new Set(modelsOf(sent))], ['small', 'middle', 'frontier']);
  assert.deepEqual([receipt.outcome, receipt.cost.nano, receipt.wasteNano], ['failed', 0, 0]);
  assert.ok(actions.includes('fallback exhausted'));
});

test('where the first model is down and the next one does not pass, the one above both is asked, once', async () => {
  const refusal = "I'm sorry, but I can't help with that request.";
  const down = () => fails('quotaExceeded', { retryable: false });
  const { send, sent } = setUp([down(), answers(refusal, 40), answers('Blue light is scattered more.', 100)]);
  const { receipt, text } = await send(makeAutoCall());
  assert.deepEqual(modelsOf(sent), ['small', 'middle', 'frontier']);
  assert.equal(text, 'Blue light is scattered more.');
  assert.deepEqual([receipt.cost.nano, receipt.wasteNano, receipt.model], [140, 40, 'frontier']);
});

test('where the better model refuses its key, the answer that did not pass is shown with what failed, and not kept', async () => {
  const refusal = "I'm sorry, but I can't help with that request.";
  const refused = () => fails('keyRefused', { retryable: false });
  const { send } = setUp([answers(refusal, 10), refused(), refused()]);
  const { receipt, text, actions, error } = await send(makeAutoCall());
  assert.equal(error, null);
  assert.deepEqual([text, receipt.cost.nano, receipt.wasteNano, receipt.cacheEntry], [refusal, 10, 0, null]);
  assert.ok(actions.includes('cascade notReached') && actions.includes('exactCache notStored'));
});

test('a chain that names its own model, itself again and models that are not there is gone down once', async () => {
  const { settings } = parseSettings({
    providers: [
      { name: 'A', baseUrl: 'https://a.test/v1', models: ['one', 'two'], needsKey: false },
      { name: 'B', baseUrl: 'https://b.test/v1', models: ['two', 'one'], needsKey: false },
    ],
    'fallback.chain': ['A/one', 'B/two', 'gone', 'A/one', 'B/two', 'auto'],
    routing: { tiers: { gone: 'frontier', 'B/gone': 'small' } },
  });
  const prepare = (text: string) =>
    prepareCall(
      {
        callId: 'call-1',
        source: { kind: 'text', uri: 'file:///a.prompt.md', text },
        feature: 'test',
        signal: new AbortController().signal,
        startedAt: 0,
        purpose: 'run',
      },
      { settings, workspace: null, branch: () => null, openPrompt: () => null },
    );
  const placesOf = async (text: string) => {
    const { send, sent } = setUp(
      Array.from({ length: 20 }, () => fails('quotaExceeded', { retryable: false })),
    );
    assert.equal(codeOf((await send(prepare(text))).error), 'quotaExceeded');
    return sent.map(({ provider, model }) => `${provider.name}/${model.id}`);
  };
  assert.deepEqual(await placesOf('---\nmodel: A/one\n---\nWhy?'), ['A/one', 'B/two']);
  const all = await placesOf('---\nmodel: auto\n---\nWhy?');
  assert.equal(new Set(all).size, all.length, 'a ladder and a chain with the same models');
  assert.equal(all.length, 4);
});

for (const [what, schema] of Object.entries({
  'a word': 'banana',
  'of a type that there is not': { type: 'banana' },
  'one that points into nothing': { $ref: '#/nowhere' },
  'one that points to itself': { $ref: '#' },
  nothing: undefined,
  null: null,
}))
  test(`a schema that is ${what} costs nobody the answer, and the plan says that it was not checked`, async () => {
    const { send, sent } = setUp([answers('{"a": 1}', 10)]);
    const { error, text, events, receipt } = await send(
      makeAutoCall({ responseFormat: { type: 'json_schema', name: 'answer', schema } }),
    );
    assert.equal(error, null);
    assert.deepEqual([text, modelsOf(sent), receipt.outcome], ['{"a": 1}', ['small'], 'answered']);
    assert.ok(reasonsOf(events).some((why) => /schema was not checked/.test(why)));
  });

test('a context of a hundred thousand pieces is fitted, sent and accounted for', async () => {
  const pieces = Array.from(
    { length: 100_000 },
    (_, index) => `<context name="f${index}">\nThing ${index} has the length ${index * 7}.\n</context>`,
  );
  const call = makeAutoCall({ messages: user(`${pieces.join('\n')}\nHow long is thing 77777?`) });
  const { send, sent } = setUp([answers('It has the length 544439.', 10)]);
  const { receipt } = await send({ ...call, settings: { ...call.settings, contextTokens: 1000 } });
  const text = sent[0]?.messages[0]?.content ?? '';
  assert.match(text, /Thing 77777 has the length 544439/);
  assert.ok(text.split(/\s+/).length < 1200);
  assert.ok(receipt.decisions.length < 30, 'the ledger gets a line for a dozen pieces and not for each');
});

const BASE64 = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 97) % 256)).toString('base64');
for (const [what, question, answer] of [
  ['Chinese', '为什么天空是蓝色的？请解释。', '因为大气分子对短波长的光散射更强，所以我们看到蓝色。'],
  ['Arabic', 'لماذا السماء زرقاء؟', 'لأن جزيئات الهواء تشتت الضوء الأزرق أكثر من غيره.'],
  ['emoji', '🌍🔵❓👩‍👩‍👧‍👦', '🌞➡️💨➡️🔵'],
  ['base64', `Decode this: ${BASE64}`, 'They are 3,000 bytes of an arithmetic sequence.'],
  ['halves of characters', 'Why \ud83d and \udd35?', 'These are \ud83d halves of a pair.'],
  ['nothing to be seen', '\u200b\u2060\ufeff', 'There is nothing to read; what would you like to know?'],
] as const)
  test(`a prompt of ${what} is routed, answered by one model, and its answer is whole`, async () => {
    const { send, sent } = setUp([answers(answer, 10), answers(answer, 10), answers(answer, 10)], {
      learns: true,
    });
    const { error, text, receipt, actions, events } = await send(
      makeAutoCall({ messages: user(question), preference: 'frugal' }),
    );
    assert.equal(error, null);
    assert.deepEqual([text, sent.length, receipt.outcome], [answer, 1, 'answered'], actions.join());
    assert.ok(actions.includes('route routed'));
    assert.ok(
      reasonsOf(events).every((why) => !why.includes(question.slice(0, 12))),
      'nothing of the prompt is quoted',
    );
  });

test('a ladder of one model has nobody to ask again', async () => {
  const { send, sent } = setUp([answers('', 10)]);
  const { receipt } = await send(makeAutoCall({ ladder: LADDER.slice(0, 1) }));
  assert.deepEqual([sent.length, receipt.cost.nano, receipt.cacheEntry], [1, 10, null]);
});

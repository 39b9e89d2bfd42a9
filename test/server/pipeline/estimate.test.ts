import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../../server/calls/engine.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import {
  collect,
  fakeDependencies,
  fakeKeys,
  makeCachePolicy,
  makeCall,
} from '../../support/pipeline-fakes.ts';
import { answer, type ScriptedReply, scriptedProvider } from '../../support/scripted-provider.ts';

function setUp(...replies: readonly ScriptedReply[]) {
  const ledger = createMemoryLedger();
  const provider = scriptedProvider(...replies);
  const engine = createEngine({
    ...fakeDependencies({ ledger }),
    ledgerReader: ledger,
    provider: () => provider.next,
  });
  return { engine, ledger, provider, run: engine.runner(fakeKeys()) };
}

const prompt = makeCall({
  attribution: {
    feature: 'prompt file',
    user: '',
    job: 'file:///a.prompt.md',
    workspace: null,
    branch: null,
    tags: [],
  },
});

test('a preview counts and prices without sending anything or leaving a trace', async () => {
  const { engine, ledger, provider } = setUp();
  const preview = await engine.preview(prompt);
  assert.equal(preview.inputTokens, 3);
  assert.equal(preview.outputTokens, 400);
  assert.equal(preview.outputBasis, 'assumed');
  assert.equal(preview.cost.nano, 3 + 400 * 10);
  assert.equal(preview.cached, false);
  assert.equal(provider.calls.length, 0);
  assert.equal(ledger.lines().length, 0);
});

test('a preview of what was answered before says "cached" and costs nothing', async () => {
  const { engine, run } = setUp(answer('hello'));
  await collect(run(prompt));
  const preview = await engine.preview(prompt);
  assert.equal(preview.cached, true);
  assert.equal(preview.cost.nano, 0);
  assert.equal(preview.inputTokens, 3, 'the tokens that the request has, though none would be paid');
});

test('the output of a prompt that ran before is assumed to be the median of its runs', async () => {
  const { engine, run } = setUp(answer('a'), answer('b'), answer('c'));
  for (let turn = 0; turn < 3; turn++)
    await collect(run({ ...prompt, id: `run-${turn}`, cache: makeCachePolicy('bypass') }));
  const preview = await engine.preview({ ...prompt, cache: makeCachePolicy('bypass') });
  assert.equal(preview.outputBasis, 'past runs');
  assert.equal(preview.pastRuns, 3);
  assert.equal(preview.outputTokens, 2);
});

test("a prompt's own output limit bounds the assumption", async () => {
  const { engine } = setUp();
  const preview = await engine.preview({ ...prompt, sampling: { maxTokens: 50 } });
  assert.equal(preview.outputBasis, 'max tokens');
  assert.equal(preview.outputTokens, 50);
});

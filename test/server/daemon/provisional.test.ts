/** Answers that are shown before they are checked, as a window and a shell get them over the socket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../support/daemon-process.ts';
import { type Scene, setScene, textOf, type Window } from './harness.ts';

const PROMPT = 'Why is the sky blue?';
const GOOD = 'The sky is blue since blue light is scattered more.';

/** A window that lets Farthing choose, of a small model and a better one. */
async function choosing(scene: Scene, more: Readonly<Record<string, unknown>> = {}): Promise<Window> {
  const provider = { name: 'Sim', baseUrl: scene.simulator.baseUrl, needsKey: true, pricedAs: 'openai' };
  return scene.open({
    providers: [{ ...provider, models: ['gpt-5-mini', 'gpt-5-nano'] }],
    model: 'auto',
    'routing.preference': 'frugal',
    ...more,
  });
}

/** A refusal whose end waits, and then a good answer that waits, too. */
function refusesThenAnswers({ simulator }: Scene) {
  const [refused, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  simulator.script({ chunks: ["I'm sorry, ", "but I can't help with that."], gates: { 2: refused.promise } });
  simulator.script({ chunks: [GOOD], gates: { 1: answered.promise } });
  return { endRefusal: () => refused.resolve(), answer: () => answered.resolve() };
}

test('an answer streams while it may still be withdrawn, and the better one takes its place', async () => {
  await using scene = await setScene();
  const window = await choosing(scene);
  const { endRefusal, answer } = refusesThenAnswers(scene);
  const receipt = window.run(PROMPT);
  await until(() => textOf(window.deltas) !== '', 'the beginning of the answer');
  const starts = () => window.deltas.filter((delta) => delta.type === 'start');
  assert.deepEqual(
    starts().map(({ model, provisional }) => [model, provisional]),
    [
      ['auto', undefined],
      ['gpt-5-nano', true],
    ],
  );
  endRefusal();
  await until(() => textOf(window.deltas) === '', 'that it is taken back');
  const withdrawn = window.deltas.find((delta) => delta.type === 'withdrawn');
  assert.match(withdrawn?.why ?? '', /^Sim\/gpt-5-nano: .*refusal.* Sim\/gpt-5-mini is asked\.$/);
  answer();
  const { model, outcome, wasteNano, cost } = await receipt;
  assert.equal(textOf(window.deltas), GOOD);
  assert.deepEqual([model, outcome], ['gpt-5-mini', 'answered']);
  assert.ok(wasteNano !== null && cost.nano !== null && wasteNano > 0 && wasteNano < cost.nano);
  assert.deepEqual(
    starts().map(({ provisional }) => provisional),
    [undefined, true, undefined],
    'nobody is left to take its place',
  );
  await window.run(PROMPT);
  assert.equal(textOf(window.deltas), GOOD + GOOD, 'what is kept is the answer that stayed');
  assert.equal(scene.simulator.requests.length, 2);
  assert.equal(starts().at(-1)?.provisional, undefined, 'and that is not checked again');
});

test('where the setting is "held", nothing shows before it has passed', async () => {
  await using scene = await setScene();
  const window = await choosing(scene, { 'cascade.show': 'held' });
  const { endRefusal, answer } = refusesThenAnswers(scene);
  endRefusal();
  answer();
  await window.run(PROMPT);
  assert.deepEqual(
    window.deltas.filter(({ type }) => type === 'text' || type === 'withdrawn'),
    [{ type: 'text', text: GOOD }],
  );
  assert.ok(window.deltas.every((delta) => delta.type !== 'start' || delta.provisional === undefined));
});

test('who joins a call and cannot take back what it showed waits, while the other one reads', async () => {
  await using scene = await setScene();
  const [window, shell] = [await choosing(scene), await choosing(scene)];
  const { endRefusal, answer } = refusesThenAnswers(scene);
  const first = window.run(PROMPT);
  await until(() => textOf(window.deltas) !== '', 'the beginning of the answer');
  const second = shell.run(PROMPT, { held: true });
  await until(() => shell.deltas.length > 0, 'the second call under way');
  endRefusal();
  answer();
  const outcomes = (await Promise.all([first, second])).map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ['answered', 'coalesced']);
  assert.deepEqual([textOf(window.deltas), textOf(shell.deltas)], [GOOD, GOOD]);
  assert.ok(shell.deltas.every(({ type }) => type !== 'withdrawn'));
  assert.equal(scene.simulator.requests.length, 2);
});

test('an answer that breaks off after another was withdrawn and before it has text cannot be continued', async () => {
  await using scene = await setScene();
  const window = await choosing(scene, { 'request.attempts': 1 });
  scene.simulator.script({ text: "I'm sorry, but I can't help with that." });
  scene.simulator.script({ hangBeforeHeaders: true });
  const controller = new AbortController();
  const run = window.run(PROMPT, {}, controller.signal);
  await until(() => scene.simulator.requests.length === 2, 'the second request');
  controller.abort();
  await assert.rejects(run, { code: 'cancelled' });
  assert.equal(textOf(window.deltas), '');
});

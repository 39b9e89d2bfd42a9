/** The farthing command as a person types it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../../simulator/simulator.ts';
import { createTestState, outcome, until } from '../../support/daemon-process.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** The simulator as an endpoint that has OpenAI's prices. */
const priced = (baseUrl: string) =>
  JSON.stringify({
    providers: [
      {
        name: 'OpenAI',
        baseUrl,
        models: ['gpt-5-mini', 'gpt-5-nano'],
        keyEnvironment: 'OPENAI_API_KEY',
        pricedAs: 'openai',
      },
    ],
  });

/** A state folder with its settings, a simulator in the place of OpenAI, and a way to write files. */
async function setUp() {
  const state = createTestState();
  const simulator = await startSimulator();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-files-'));
  return {
    state,
    simulator,
    write(name: string, content: string | Uint8Array): string {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    farthing: (...args: readonly string[]) =>
      state.spawn(args, { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: simulator.baseUrl }),
    /** From now on calls have a price. */
    price: () => writeFileSync(path.join(state.paths.folder, 'settings.json'), priced(simulator.baseUrl)),
    async [Symbol.asyncDispose]() {
      await state[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      await simulator.stop();
    },
  };
}

test('run prints the answer on standard output and its line on standard error, and the cache serves the next', async () => {
  await using scene = await setUp();
  scene.simulator.script({ chunks: ['Two bugs', ' found.'] });
  const file = scene.write('review.prompt.md', '---\ndescription: Review\n---\nReview this.');
  const first = await outcome(scene.farthing('run', file));
  assert.deepEqual([first.code, first.out], [0, 'Two bugs found.\n']);
  assert.match(first.err, /^gpt-5-mini · 2 in \(0 cached\) · 3 out · .* · \d+/m);
  const second = await outcome(scene.farthing('run', file));
  assert.deepEqual([second.code, second.out], [0, 'Two bugs found.\n']);
  assert.match(second.err, /cached, \$0/);
});

test('run takes a prompt from standard input and values for its variables', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'Bonjour' });
  const child = scene.farthing('run', '-', '--set', 'text=good day = bon jour');
  child.stdin?.end('Translate {{text}}.');
  assert.equal((await outcome(child)).out, 'Bonjour\n');
  const request = await scene.simulator.request(0);
  assert.deepEqual((request.body as { messages: unknown }).messages, [
    { role: 'user', content: 'Translate good day = bon jour.' },
  ]);
  assert.equal(request.headers.authorization, 'Bearer sk-test');
});

test('Ctrl+C cancels the run, says what it used and ends with 130', async () => {
  await using scene = await setUp();
  scene.simulator.script({ chunks: ['one two', ' three'], hangAfter: 1 });
  const child = scene.farthing('run', scene.write('a.prompt.md', 'Count.'));
  let shown = '';
  child.stdout?.on('data', (text) => {
    shown += text;
  });
  const ended = outcome(child);
  await until(() => shown !== '', 'the first text');
  child.kill('SIGINT');
  const { code, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /out \(counted by Farthing\).*cancelled/);
  assert.match(err, /Cancelled/);
  assert.equal(await (await scene.simulator.request(0)).closedEarly, true);
});

const badInput: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  [
    'a file that is not UTF-8',
    new Uint8Array([0x52, 0xe9, 0x76, 0x75]),
    /a\.prompt\.md is not UTF-8 text\. Save it/,
  ],
  ['an empty prompt', '\n\n', /The prompt is empty\. Write something/],
  ['invalid front matter', '---\na: [\n---\nx', /front matter is not valid YAML/],
  ['a variable nobody gave', 'Say {{word}}.', /needs a value for \{\{word\}\}/],
];
for (const [what, content, sentence] of badInput) {
  test(`run refuses ${what} with one sentence and exit code 1`, async () => {
    await using scene = await setUp();
    const { code, out, err } = await outcome(scene.farthing('run', scene.write('a.prompt.md', content)));
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, sentence);
    assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
  });
}

test('run says which model answers where the one in the file is not there', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'Hi' }, { text: 'Hi' });
  const file = scene.write('a.prompt.md', '---\nmodel: gpt-99\n---\nSay hi.');
  const { code, err } = await outcome(scene.farthing('run', file));
  assert.equal(code, 0);
  assert.match(err, /gpt-99 is in no configured provider, so gpt-5-mini is used/);
  const named = await outcome(scene.farthing('run', file, '--model', 'gpt-5-nano'));
  assert.doesNotMatch(named.err, /gpt-99/);
});

test('count leaves out what is asked for, and says so', async () => {
  await using scene = await setUp();
  const file = scene.write('a.prompt.md', 'hello {{whom}}');
  const { out } = await outcome(scene.farthing('count', file));
  assert.match(out, /^\s+9\+ {2}.*a\.prompt\.md {2}\(as sent, without \{\{whom\}\}\)$/m);
});

test('run without a key says which variable to set', async () => {
  await using scene = await setUp();
  const child = scene.state.spawn(['run', scene.write('a.prompt.md', 'Hi')]);
  const { code, err } = await outcome(child);
  assert.equal(code, 1);
  assert.match(err, /No API key for OpenAI\..*set OPENAI_API_KEY/);
});

test('count adds up files, counts prompts as they are sent and names what it cannot read', async () => {
  await using scene = await setUp();
  const plain = scene.write('plain.txt', 'hello world');
  const prompt = scene.write('a.prompt.md', '---\ndescription: not counted\n---\nhello world');
  const { code, out, err } = await outcome(scene.farthing('count', plain, prompt, '/nowhere'));
  assert.equal(code, 1);
  // "hello world" has 2 tokens; as one message 3 more for its frame, 1 for its role and 3 for the reply's.
  assert.match(out, /^\s+2 {2}.*plain\.txt$/m);
  assert.match(out, /^\s+9 {2}.*a\.prompt\.md {2}\(as sent\)$/m);
  assert.match(out, /^\s+11 {2}total$/m);
  assert.match(err, /\/nowhere cannot be read \(there is no such file\)/);
});

test('count takes every format of prompts as the editor does', async () => {
  await using scene = await setUp();
  const dotprompt = scene.write('a.prompt', '---\nmodel: googleai/gemini\n---\nhello world');
  const agents = scene.write('a.agent.md', '---\ndescription: x\n---\nhello world');
  const foreign = scene.write('b.prompt', 'hello world');
  const { out } = await outcome(scene.farthing('count', dotprompt, agents, foreign));
  assert.match(out, /^\s+9 {2}.*a\.prompt {2}\(as sent\)$/m);
  assert.match(out, /^\s+2 {2}.*a\.agent\.md {2}\(as agents load it\)$/m);
  assert.match(out, /^\s+2 {2}.*b\.prompt$/m);
});

test('count says of marked context that a run may send less of it, and names no tokenizer where nothing was counted', async () => {
  await using scene = await setUp();
  const marked = scene.write('c.prompt.md', 'Why?\n\n<context>\nBecause.\n</context>\n');
  const counted = await outcome(scene.farthing('count', marked));
  assert.match(
    counted.out,
    /c\.prompt\.md {2}\(as written; a run leaves out of its context what repeats\)$/m,
  );
  const none = await outcome(scene.farthing('count', '/nowhere'));
  assert.doesNotMatch(none.err, /Tokens of/);
});

test('--help of a command says how it is used and what it does, and does nothing', async () => {
  await using scene = await setUp();
  const { code, out, err } = await outcome(scene.farthing('compress', 'none.prompt.md', '--help'));
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^ {2}farthing compress FILE .+\n {6}Prints a prompt file/);
  assert.doesNotMatch(out, /farthing run/);
});

test('count marks models whose tokenizer is not public', async () => {
  await using scene = await setUp();
  const { out, err } = await outcome(
    scene.farthing('count', scene.write('a.txt', 'hello'), '--model', 'claude-sonnet-4-5'),
  );
  assert.match(out, /≈1 /);
  assert.match(err, /tokenizer is not public/);
});

test('every example prompt can be counted', async () => {
  await using scene = await setUp();
  const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.prompt.md'));
  assert.ok(files.length >= 3);
  const { code, out } = await outcome(
    scene.farthing('count', ...files.map((name) => path.join(EXAMPLES, name))),
  );
  assert.equal(code, 0);
  assert.equal(out.trim().split('\n').length, files.length + 1);
});

test('daemon status and stop tell what is there', async () => {
  await using scene = await setUp();
  const none = await outcome(scene.farthing('daemon', 'status'));
  assert.deepEqual([none.code, /No daemon runs/.test(none.out)], [1, true]);
  await using client = await scene.state.connect();
  const some = await outcome(scene.farthing('daemon', 'status'));
  assert.match(some.out, new RegExp(`process +${client.pid}\n`));
  assert.match(some.out, /clients +1\n/);
  assert.match((await outcome(scene.farthing('daemon', 'stop'))).out, /has stopped/);
  assert.match((await outcome(scene.farthing('daemon', 'stop'))).out, /No daemon runs/);
});

test('run leaves to the prompt what the cache may do, unless it is told', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'One' }, { text: 'Two' }, { text: 'Three' });
  const file = scene.write('a.prompt.md', '---\nfarthing:\n  cache: bypass\n---\nSay something.');
  const answers: string[] = [];
  for (const more of [[], ['--cache', 'refresh'], ['--cache', 'use'], ['--fresh'], ['--cache', 'only']])
    answers.push((await outcome(scene.farthing('run', file, ...more))).out);
  assert.deepEqual(answers, ['One\n', 'Two\n', 'Two\n', 'Three\n', 'Three\n']);
});

test('run leaves out of marked context what repeats, and --all-context sends all of it', async () => {
  await using scene = await setUp();
  const piece =
    '<context>\nThe key of a request is a hash of all that decides its answer, to the last space.\n</context>\n';
  const file = scene.write('a.prompt.md', `What is a key?\n\n${piece}${piece}`);
  scene.simulator.script({ text: 'A part.' }, { text: 'All.' });
  const part = await outcome(scene.farthing('run', file, '--explain'));
  assert.equal(part.out, 'A part.\n');
  assert.match(part.err, /Piece 2, line 1: the same as in piece 1\./);
  const all = await outcome(scene.farthing('run', file, '--all-context', '--explain'));
  assert.equal(all.out, 'All.\n');
  assert.doesNotMatch(all.err, /Piece 2/);
  const sent = scene.simulator.requests.map(
    (request) => JSON.stringify(request).split('hash of all').length - 1,
  );
  assert.deepEqual(sent, [1, 2]);
});

test('run sums up the oldest turns in a call of its own, and --all-context sends all of them', async () => {
  await using scene = await setUp();
  const said = Array.from(
    { length: 11 },
    (_, index) => `user:\n${'word '.repeat(1500)}turn ${index}.\nassistant:\nYes.\n`,
  );
  const file = scene.write('a.prompt.md', `${said.join('')}user:\nSo?`);
  scene.simulator.script({ text: 'Key facts:\n- The word.' }, { text: 'A part.' }, { text: 'All.' });
  const part = await outcome(scene.farthing('run', file, '--explain'));
  assert.equal(part.out, 'A part.\n');
  assert.match(part.err, /The oldest 6 of 12 turns were left out/);
  assert.match(part.err, /A summary and a list of key facts stand for them, made by gpt-5-mini, a call of/);
  assert.match((await outcome(scene.farthing('calls'))).out, /summary/);
  assert.equal((await outcome(scene.farthing('run', file, '--all-context'))).out, 'All.\n');
  const [summary, fitted, whole] = scene.simulator.requests.map((request) => JSON.stringify(request));
  assert.ok(summary?.includes('turn 5.') && !summary.includes('turn 6.'));
  assert.ok(fitted?.includes('- The word.') && fitted.includes('turn 6.') && !fitted.includes('turn 5.'));
  assert.ok(whole?.includes('turn 0.') && !whole.includes('- The word.'));
});

test('run --explain says how the answer was made', async () => {
  await using scene = await setUp();
  scene.price();
  scene.simulator.script({ text: 'Hi' });
  const file = scene.write('a.prompt.md', 'Say hi.');
  const { out, err } = await outcome(scene.farthing('run', file, '--explain'));
  assert.equal(out, 'Hi\n');
  assert.match(err, /^1\. Cache miss: No stored answer to this request\.$/m);
  assert.match(err, /^The same tokens straight to OpenAI\/gpt-5-mini: \$/m);
  assert.doesNotMatch((await outcome(scene.farthing('run', file))).err, /Cache, /);
});

test('explain says what a run would do and cost, and sends nothing', async () => {
  await using scene = await setUp();
  scene.price();
  const file = scene.write('greeting.prompt.md', 'Say hi to {{whom}}.');
  const { code, out, err } = await outcome(scene.farthing('explain', file, '--model', 'gpt-5-nano'));
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^# greeting\.prompt\.md: est\. \$0\.\d+\n\nNothing was sent\./);
  assert.match(out, /^\d+\. Cache miss: No stored answer to this request\.\n {3}- What would change it: /m);
  assert.match(out, /^\d+\. Retry: nothing to do unless a request fails\.$/m);
  assert.match(out, /^- Model: OpenAI\/gpt-5-nano\.$/m);
  assert.match(out, /^ {2}- What would change it: More with a value for \{\{whom\}\}/m);
  assert.match(out, /^- Baseline: The same tokens straight to OpenAI\/.*: \$0\.\d+\. This saves /m);
  assert.equal(scene.simulator.requests.length, 0);
  const none = await outcome(scene.farthing('calls'));
  assert.equal(none.out, '', 'it leaves no line');
  const child = scene.farthing('explain', '-');
  child.stdin?.end('Say hi.');
  assert.match((await outcome(child)).out, /^# Standard input: est\./);
  const missing = await outcome(scene.farthing('explain', '/nowhere'));
  assert.deepEqual([missing.code, missing.out], [1, '']);
  assert.match(missing.err, /\/nowhere cannot be read/);
});

test('explain and run choose the same model for the same preference', async () => {
  await using scene = await setUp();
  scene.price();
  const file = scene.write('sky.prompt.md', 'Why is the sky blue?');
  for (const [preference, model] of [
    ['frugal', 'gpt-5-nano'],
    ['best', 'gpt-5-mini'],
  ] as const) {
    const plan = await outcome(scene.farthing('explain', file, '--model', 'auto', '--prefer', preference));
    assert.match(plan.out, new RegExp(`^- Model: OpenAI/${model}\\.$`, 'm'));
    scene.simulator.script({ chunks: ['Blue light of the sky is scattered more.'] });
    const ran = await outcome(scene.farthing('run', file, '--model', 'auto', '--prefer', preference));
    assert.match(ran.err, new RegExp(`^${model} `, 'm'));
  }
});

test('run and explain say that a preference changes nothing where the prompt names its model', async () => {
  await using scene = await setUp();
  scene.price();
  const file = scene.write('sky.prompt.md', '---\nmodel: gpt-5-mini\n---\nWhy is the sky blue?');
  scene.simulator.script({ text: 'It scatters.' });
  for (const command of ['run', 'explain']) {
    const { code, err } = await outcome(scene.farthing(command, file, '--prefer', 'frugal'));
    assert.equal(code, 0);
    assert.match(err, /The preference "frugal" changes nothing, since the prompt names its model/);
  }
});

test('run prints of an answer that is taken back nothing, since a shell cannot take it back', async () => {
  await using scene = await setUp();
  scene.price();
  // Slow enough for its beginning to be sent on by itself.
  scene.simulator.script({ chunks: ["I'm sorry, ", "but I can't help with that."], chunkDelayMs: 50 });
  scene.simulator.script({ chunks: ['Blue light of the sky ', 'is scattered more.'] });
  const file = scene.write('sky.prompt.md', 'Why is the sky blue?');
  const ran = await outcome(scene.farthing('run', file, '--model', 'auto', '--prefer', 'frugal'));
  assert.deepEqual([ran.code, ran.out], [0, 'Blue light of the sky is scattered more.\n']);
  assert.match(ran.err, /^gpt-5-mini /m);
  assert.equal(scene.simulator.requests.length, 2);
});

test('a call is held against its estimate', async () => {
  await using scene = await setUp();
  scene.price();
  scene.simulator.script({ text: 'Hi' });
  await outcome(scene.farthing('run', scene.write('a.prompt.md', 'Say hi.')));
  const [id = ''] = (await outcome(scene.farthing('calls'))).out.split(' ');
  const { out } = await outcome(scene.farthing('call', id));
  assert.match(
    out,
    /^- Estimate: estimated \$0\.\d+, off by [\d,]+ %: it cost less; the last priced call was off by /m,
  );
});

test('calls lists the last calls, and says all there is on one of them', async () => {
  await using scene = await setUp();
  const none = await outcome(scene.farthing('calls'));
  assert.deepEqual([none.code, none.out], [0, '']);
  assert.match(none.err, /no calls yet\. Make one with: farthing run FILE/);
  scene.price();
  scene.simulator.script({ text: 'Hi' });
  const file = scene.write('greeting.prompt.md', 'Say hi.');
  await outcome(scene.farthing('run', file, '--tag', 'nightly', '--tag', 'shop'));
  await outcome(scene.farthing('run', file));
  const { out } = await outcome(scene.farthing('calls'));
  const lines = out.trim().split('\n');
  assert.match(lines[0] ?? '', /^[0-9a-f]{8} {2}.* cached +greeting\.prompt\.md +gpt-5-mini .* \$0$/);
  assert.match(lines[1] ?? '', / answered +greeting\.prompt\.md +gpt-5-mini +2 in, 1 out +\$0\.\d+$/);
  assert.equal((await outcome(scene.farthing('calls', '-n', '1'))).out.trim().split('\n').length, 1);

  const [id = ''] = (lines[1] ?? '').split(' ');
  const details = await outcome(scene.farthing('call', id));
  assert.equal(details.code, 0);
  assert.match(details.out, /^# greeting\.prompt\.md: answered$/m);
  assert.match(details.out, /^- Tags: nightly, shop$/m);
  assert.match(details.out, /^### 1\. OpenAI\/gpt-5-mini: answered$/m);
  assert.match(details.out, /^- Cost: \$0\.\d+ \(genai-prices@.*\)$/m);
  assert.match(details.out, /^Sum of the requests: \$0\.\d+, the cost of the call\.$/m);
  assert.match(details.out, /^1\. Cache miss: /m);
  const unknown = await outcome(scene.farthing('call', 'nobody'));
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /no call "nobody"\. "farthing calls" lists the last ones/);
  const several = await outcome(scene.farthing('call', ''));
  assert.equal(several.code, 1);
  assert.match(several.err, /The ids of 2 calls begin with ""\. Give more of it\./);
});

test('cache says what it holds, how much would go, and takes it out only where it is told to', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'One' }, { text: 'Two' });
  const one = scene.write('one.prompt.md', 'Say one.');
  await outcome(scene.farthing('run', one));
  await outcome(scene.farthing('run', scene.write('two.prompt.md', 'Say two.'), '--model', 'gpt-5-nano'));
  const held = async () => (await outcome(scene.farthing('cache'))).out;
  assert.match(await held(), /^The cache holds 2 answers, \d+ bytes, of at most \d+ MB\.\n$/);

  const invalidate = (...args: readonly string[]) => outcome(scene.farthing('cache', 'invalidate', ...args));
  const dry = await invalidate('--prompt', one);
  assert.equal(dry.code, 0);
  assert.match(dry.out, /^1 answer, \d+ bytes would be taken out\.\n$/);
  assert.match(dry.err, /Nothing was changed\. Add --yes/);
  assert.match((await invalidate('--model', 'gpt-5-nano', '--dry-run')).out, /^1 answer,/);
  assert.match((await invalidate('--provider', 'openai')).out, /^2 answers,/);
  assert.match((await invalidate('--provider', 'somebody')).out, /^0 answers would/);
  assert.match((await invalidate('--prompt', one, '--older')).out, /^0 answers would/);
  assert.match((await invalidate('--feature', 'command line')).out, /^2 answers,/);
  assert.match((await invalidate('--workspace')).out, /^2 answers,/);
  assert.match(await held(), /holds 2 answers/);

  scene.write('one.prompt.md', 'Say one, please.');
  assert.match((await invalidate('--prompt', one, '--older', '--yes')).out, /^1 answer, .* taken out of/);
  assert.match((await invalidate('--everything', '--yes')).out, /^1 answer, .* taken out of/);
  assert.match(await held(), /holds 0 answers, of at most/);
});

test('answers of a provider that the settings do not have are found by their model, with its name or without', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'One' });
  const demo = { name: 'Demo', baseUrl: scene.simulator.baseUrl, models: ['gpt-5-mini'], simulated: true };
  const settings = scene.write('demo.json', JSON.stringify({ providers: [demo] }));
  const file = scene.write('one.prompt.md', 'Say one.');
  const run = scene.state.spawn(['run', file], { FARTHING_SETTINGS: settings });
  assert.equal((await outcome(run)).code, 0);
  const found = async (model: string) =>
    (await outcome(scene.state.spawn(['cache', 'invalidate', '--model', model]))).out.split(',')[0];
  assert.equal(await found('gpt-5-mini'), '1 answer');
  assert.equal(await found('Demo/gpt-5-mini'), '1 answer');
  assert.equal(await found('OpenAI/gpt-5-mini'), '0 answers would be taken out.\n');
  assert.equal(await found('unheard-of'), '0 answers would be taken out.\n');
});

test('the answer of a call that was wrong is forgotten by the id of the call, once', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'Wrong' }, { text: 'Right' });
  const file = scene.write('a.prompt.md', 'Say it.');
  await outcome(scene.farthing('run', file));
  const [id = ''] = (await outcome(scene.farthing('calls'))).out.split(' ');
  const forget = () => outcome(scene.farthing('cache', 'forget', id));
  assert.deepEqual(await forget(), {
    code: 0,
    out: 'The answer is forgotten. The next run asks the provider anew.\n',
    err: '',
  });
  const again = await forget();
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /^The cache does not have the answer of this call\./);
  assert.equal((await outcome(scene.farthing('run', file))).out, 'Right\n');
  const unknown = await outcome(scene.farthing('cache', 'forget', 'nobody'));
  assert.deepEqual([unknown.code, unknown.out], [1, '']);
  assert.match(unknown.err, /no call "nobody"/);
});

test('an answer that is only wanted from the cache and is not there is refused with what to do', async () => {
  await using scene = await setUp();
  const file = scene.write('a.prompt.md', 'Say something new.');
  const { code, out, err } = await outcome(scene.farthing('run', file, '--cache', 'only'));
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /The cache has no answer to this request.*Choose Run Prompt.*leave out "--cache only"/);
  assert.equal(scene.simulator.requests.length, 0);
});

for (const args of [
  [],
  ['walk'],
  ['run'],
  ['run', 'a', 'b'],
  ['run', 'a', '--wat'],
  ['run', '-', '--set', 'x'],
  ['run', '-', '--cache', 'maybe'],
  ['explain'],
  ['explain', 'a', 'b'],
  ['explain', '-', '--prefer', 'cheap'],
  ['run', '-', '--prefer', 'best', '--model', 'gpt-5-nano'],
  ['run', '-', '--fresh', '--no-cache'],
  ['calls', 'a'],
  ['call'],
  ['call', 'a', 'b'],
  ['calls', '--last', '51'],
  ['cache', 'burn'],
  ['cache', 'count', 'all'],
  ['cache', 'forget'],
  ['cache', 'invalidate'],
  ['cache', 'invalidate', '--everything', '--workspace'],
  ['cache', 'invalidate', '--everything', '--older'],
  ['cache', 'invalidate', '--everything', '--yes', '--dry-run'],
  ['daemon', 'dance'],
  ['daemon', 'constructor'],
]) {
  test(`"farthing ${args.join(' ')}" is answered with how to use it and exit code 2`, async () => {
    await using scene = await setUp();
    const child = scene.farthing(...args);
    child.stdin?.end('');
    const { code, out, err } = await outcome(child);
    assert.equal(code, 2);
    const [name = 'run'] = args;
    assert.match(out + err, new RegExp(`farthing ${name === 'walk' ? 'run' : name} `));
    assert.doesNotMatch(out + err, /\n\s+at /, 'no stack trace');
  });
}

test('a reader of the answer that goes away ends nothing: the line of the run is still written', async () => {
  await using scene = await setUp();
  const gate = Promise.withResolvers<void>();
  scene.simulator.script({ chunks: ['one ', 'two ', 'three'], gates: { 2: gate.promise } });
  const child = scene.farthing('run', scene.write('a.prompt.md', 'Count.'));
  const ended = outcome(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  await once(child.stdout ?? child, 'close');
  gate.resolve();
  const { code, err } = await ended;
  assert.equal(code, 0);
  assert.match(err, /^gpt-5-mini · .* 3 out/m);
  assert.doesNotMatch(err, /EPIPE/);
});

test('a character whose halves come apart is printed whole', async () => {
  await using scene = await setUp();
  const gate = Promise.withResolvers<void>();
  scene.simulator.script({ chunks: ['a\uD83D', '\uDE00b'], gates: { 2: gate.promise } });
  const child = scene.farthing('run', scene.write('a.prompt.md', 'Smile.'));
  child.stdout?.once('data', () => gate.resolve());
  assert.equal((await outcome(child)).out, 'a😀b\n');
});

test('Ctrl+C ends a run that still waits for its prompt', async () => {
  await using scene = await setUp();
  const child = scene.farthing('run', '-');
  // Its end is read only once the program reads its input.
  await new Promise((written) => child.stdin?.write('x'.repeat(200_000), written));
  child.kill('SIGINT');
  await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGINT');
});

test('a base URL that is none sends nothing to anybody', async () => {
  await using scene = await setUp();
  const child = scene.state.spawn(['run', scene.write('a.prompt.md', 'Hi')], {
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: 'localhost:8080',
  });
  const { code, err } = await outcome(child);
  assert.equal(code, 2);
  assert.match(err, /^OPENAI_BASE_URL is not an http or https URL\. Write it like/);
});

test('settings that are named and not there are an error', async () => {
  await using scene = await setUp();
  const child = scene.state.spawn(['run', scene.write('a.prompt.md', 'Hi')], {
    FARTHING_SETTINGS: '/nowhere',
  });
  const { code, err } = await outcome(child);
  assert.equal(code, 1);
  assert.match(err, /^\/nowhere cannot be read \(there is no such file\)/);
});

test('settings that are no object are an error', async () => {
  await using scene = await setUp();
  const FARTHING_SETTINGS = scene.write('settings.json', '[]');
  const { code, err } = await outcome(scene.state.spawn(['count', FARTHING_SETTINGS], { FARTHING_SETTINGS }));
  assert.equal(code, 1);
  assert.match(err, /settings\.json cannot be read \(it is not a JSON object\)/);
});

test('a state folder that cannot be one is named', async () => {
  await using scene = await setUp();
  const child = scene.state.spawn(['daemon', 'status'], { FARTHING_STATE: scene.write('file', '') });
  const { code, err } = await outcome(child);
  assert.equal(code, 1);
  assert.match(err, /daemon does not start \(EEXIST: .*\)\. Run/);
});

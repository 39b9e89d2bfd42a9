/** An answer that changes files, and the user's command on a copy of the workspace: real programs, no network. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { defaultSettings } from '../../../protocol/settings.ts';
import { withCommandCheck } from '../../../server/gates/command-check.ts';
import type { CommandRunner } from '../../../server/gates/command-runner.ts';
import type { GateVerdict } from '../../../server/pipeline/ports.ts';
import { cascade } from '../../../server/pipeline/stages/cascade.ts';
import { isAlive } from '../../../server/process/start-lock.ts';
import { until } from '../../support/daemon-process.ts';
import { makeAnswer } from '../../support/gate-fixtures.ts';
import { LADDER, makeAutoCall } from '../../support/ladders.ts';
import { collect, openGates, testClock } from '../../support/pipeline-fakes.ts';
import { answers, reasonsOf, scriptedLegs, textOf } from '../../support/scripted-legs.ts';
import { DIFF, FILES, fenced, makeCheckedCall, workspaceBench } from '../../support/workspaces.ts';

const PASSED: GateVerdict = { passed: true, certain: false, complaints: [], notes: [] };
/** Ends with 0 where b is 4. */
const WANTS_FOUR = `import('./src/a.js').then(({ b }) => process.exit(b === 4 ? 0 : 1));`;
/** Fails with what the file of this name has. */
const shows = (name: string) =>
  `process.stdout.write(require('fs').readFileSync(${JSON.stringify(name)}, 'utf8')); process.exit(1);`;
const whyOf = ({ complaints }: GateVerdict): string => complaints.map(({ why }) => why).join(' ');
const gateOf = ({ complaints }: GateVerdict): string => complaints.map(({ gate }) => gate).join(' ');
const noteOf = ({ passed, notes }: GateVerdict): string => {
  assert.ok(passed, 'an answer that was not checked stands');
  return notes.join(' ');
};

test('an answer whose change makes the command pass has passed, and the workspace is as it was', async (t) => {
  const bench = workspaceBench(t, { files: { ...FILES, 'package.json': '{ "type": "module" }' } });
  assert.deepEqual(await bench.judge(DIFF, WANTS_FOUR), PASSED);
  assert.equal(bench.read('src/a.js'), FILES['src/a.js']);
  assert.deepEqual(bench.leftovers(), []);
});

test('a command that fails: the next model reads the last lines, everybody else only how it ended', async (t) => {
  const bench = workspaceBench(t);
  const script = `for (let i = 1; i <= 99; i++) console.log('line ' + i);
    console.error('\\u001b[31msecret in ' + process.cwd() + '/src/a.js\\u001b[0m'); process.exit(3);`;
  const verdict = await bench.judge(DIFF, script);
  assert.equal(verdict.passed, false);
  assert.equal(verdict.certain, true);
  assert.equal(gateOf(verdict), 'the command failed with exit code 3 after 0 s');
  assert.deepEqual(verdict.notes, []);
  const why = whyOf(verdict);
  assert.match(
    why,
    /^With its changes the project's check failed with exit code 3\. The last lines of its output:\n/,
  );
  assert.match(why, /line 71\n[\s\S]*line 99\nsecret in src\/a\.js\n$/);
  assert.doesNotMatch(why, /line 70\n/);
  assert.deepEqual(bench.leftovers(), []);
});

test('a command that dies of a signal has failed', async (t) => {
  const verdict = await workspaceBench(t).judge(DIFF, `process.kill(process.pid, 'SIGTERM');`);
  assert.equal(gateOf(verdict), 'the command failed with signal SIGTERM after 0 s');
  assert.match(whyOf(verdict), /It wrote nothing\.$/);
});

/** Starts a child that never ends, tells both ids, and never ends either. */
const HANGS = `const { spawn } = require('child_process'); const fs = require('fs');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  fs.writeFileSync(process.argv[1] + '/ids.new', process.pid + ' ' + child.pid);
  fs.renameSync(process.argv[1] + '/ids.new', process.argv[1] + '/ids');
  process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
const idsIn = (folder: string) => readFileSync(path.join(folder, 'ids'), 'utf8').split(' ').map(Number);

test('a command that hangs is ended at its time limit, with its children', async (t) => {
  const clock = testClock();
  const bench = workspaceBench(t, { clock });
  const judging = bench.judge(DIFF, HANGS, { command: { timeoutSeconds: 7 } });
  await until(() => existsSync(path.join(bench.beside, 'ids')), 'the command to begin');
  assert.deepEqual(clock.sleeping(), [7000]);
  clock.advance(7000);
  const verdict = await judging;
  assert.equal(gateOf(verdict), 'the command did not end within 7 s');
  await until(() => idsIn(bench.beside).every((id) => !isAlive(id)), 'both processes to end');
  assert.deepEqual(bench.leftovers(), []);
});

test('a command that the end of the call cuts short says nothing of the answer', async (t) => {
  const clock = testClock();
  const bench = workspaceBench(t, { clock });
  const judging = bench.judge(DIFF, HANGS, { call: { endsBy: clock.elapsed() + 6000 } });
  await until(() => existsSync(path.join(bench.beside, 'ids')), 'the command to begin');
  assert.deepEqual(clock.sleeping(), [5000]);
  clock.advance(5000);
  assert.match(noteOf(await judging), /ended after 5 s, since the call must end/);
});

for (const [who, end] of [
  ['the call', (controller: AbortController) => controller.abort()],
  ['the daemon', (_: AbortController, close: () => void) => close()],
] as const)
  test(`${who} ends during the command: it is ended with its children, and nothing is left`, async (t) => {
    const bench = workspaceBench(t);
    const controller = new AbortController();
    const judging = bench.judge(DIFF, HANGS, { call: { signal: controller.signal } });
    const rejected = assert.rejects(judging, { code: 'cancelled' });
    await until(() => existsSync(path.join(bench.beside, 'ids')), 'the command to begin');
    end(controller, () => bench.runner.close());
    await rejected;
    await until(() => idsIn(bench.beside).every((id) => !isAlive(id)), 'both processes to end');
    assert.deepEqual(bench.leftovers(), []);
  });

test('what a command leaves running in the background ends with it, and does not hold it up', async (t) => {
  const bench = workspaceBench(t);
  const script = HANGS.replace(/process\.on[\s\S]*$/, 'process.exit(0);');
  assert.deepEqual(await bench.judge(DIFF, script), PASSED);
  await until(() => idsIn(bench.beside).every((id) => !isAlive(id)), 'both processes to end');
});

test('a command that floods its output is read to its end, and only the end of it is kept', async (t) => {
  const bench = workspaceBench(t);
  const script = `const big = 'x'.repeat(65536);
    for (let i = 0; i < 400; i++) require('fs').writeSync(1, big);
    require('fs').writeSync(1, '\\nthe end\\n'); process.exit(1);`;
  let longest = 0;
  const watched: CommandRunner = {
    async run(request) {
      const result = await bench.runner.run(request);
      if (result.kind === 'failed') longest = result.output.length;
      return result;
    },
  };
  const call = makeCheckedCall(bench.folder, [process.execPath, '-e', script], {
    command: { maxOutputKilobytes: 2 },
  });
  const verdict = await withCommandCheck(openGates, watched, testClock()).judge(makeAnswer(DIFF), call);
  assert.equal(longest, 2048);
  assert.match(whyOf(verdict), /x\nthe end\n$/);
  assert.ok(whyOf(verdict).length < 3200);
});

test('the command has no input, no key, nothing of Farthing, and a temporary folder that goes with it', async (t) => {
  const bench = workspaceBench(t, {
    environment: {
      PATH: `.${path.delimiter}node_modules/.bin${path.delimiter}${process.env['PATH']}`,
      HOME: '/home/ada',
      LANG: 'C.UTF-8',
      OPENAI_API_KEY: 'sk-1',
      GITHUB_TOKEN: 'ghp',
      FARTHING_STATE: '/state',
      NODE_OPTIONS: '--require ./evil.js',
      ELECTRON_RUN_AS_NODE: '1',
      LD_PRELOAD: './evil.so',
    },
  });
  const script = `const fs = require('fs'); fs.writeFileSync(require('os').tmpdir() + '/left', 'x');
    fs.writeFileSync(process.argv[1] + '/saw', JSON.stringify({ names: Object.keys(process.env).sort(),
      path: process.env.PATH, input: fs.readFileSync(0, 'utf8') }));`;
  assert.deepEqual(await bench.judge(DIFF, script), PASSED);
  const saw = JSON.parse(readFileSync(path.join(bench.beside, 'saw'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(saw, {
    names: ['HOME', 'LANG', 'PATH', 'TEMP', 'TMP', 'TMPDIR'],
    path: process.env['PATH'],
    input: '',
  });
  assert.deepEqual(bench.leftovers(), []);
});

test('words of the command are no shell script', async (t) => {
  const bench = workspaceBench(t);
  const words = [process.execPath, '-e', 'process.exit(process.argv[1] === "; touch x $(id)" ? 0 : 1)'];
  const call = makeCheckedCall(bench.folder, [...words, '; touch x $(id)']);
  assert.deepEqual(await bench.gates.judge(makeAnswer(DIFF), call), PASSED);
});

/** Fails the test when anything is run. */
const nothingRuns: CommandRunner = { run: () => assert.fail('something was run') };
const ASIDE: readonly (readonly [string, Parameters<typeof makeCheckedCall>[2], string, RegExp])[] = [
  ['an untrusted workspace', { call: { check: { folder: '/w', trusted: false } } }, DIFF, /not trusted/],
  ['no workspace', { call: { check: { folder: null, trusted: true } } }, DIFF, /no workspace folder/],
  ['no command', { call: { settings: defaultSettings() } }, DIFF, /farthing\.cascade\.command names none/],
  ['no time left', { call: { endsBy: 500 } }, DIFF, /no time left/],
  ['no change', {}, 'Yes, it is 4.', /changes no file that it names/],
  ['code without a name', {}, fenced('js', 'export const b = 4;'), /changes no file that it names/],
  ['a block that is not closed', {}, DIFF.replace(/```\n$/, ''), /is cut/],
  ['a part of a file', {}, fenced('js src/a.js', '// ... existing code ...\nconst b = 4;'), /only in part/],
  [
    'a binary difference',
    {},
    fenced('diff', 'diff --git a/x.png b/x.png\nGIT binary patch\nliteral 3\nabc'),
    /binary file/,
  ],
  [
    'a file that only moves',
    {},
    fenced('diff', 'diff --git a/x.js b/y.js\nsimilarity index 100%\nrename from x.js\nrename to y.js'),
    /only renames/,
  ],
];
for (const [what, options, text, why] of ASIDE)
  test(`nothing is run for ${what}, and a note says why`, async () => {
    const gates = withCommandCheck(openGates, nothingRuns, testClock());
    const verdict = await gates.judge(makeAnswer(text), makeCheckedCall('/w', ['never'], options));
    assert.match(noteOf(verdict), why);
  });

test('nothing is run, and nothing said, for a prompt that does not ask for it', async () => {
  const gates = withCommandCheck(openGates, nothingRuns, testClock());
  const { check: _, ...call } = makeCheckedCall('/w', ['never']);
  assert.deepEqual(await gates.judge(makeAnswer(DIFF), call), PASSED);
});

test('nothing is run for an answer that another check rejects, nor for one that goes on', async () => {
  const bad: GateVerdict = { ...PASSED, passed: false, complaints: [{ gate: 'bad', why: 'Bad.' }] };
  const rejecting = { ...openGates, judge: () => Promise.resolve(bad) };
  const call = makeCheckedCall('/w', ['never']);
  const rejected = withCommandCheck(rejecting, nothingRuns, testClock());
  assert.equal(await rejected.judge(makeAnswer(DIFF), call), bad);
  const gates = withCommandCheck(openGates, nothingRuns, testClock());
  assert.deepEqual(await gates.judge(makeAnswer(DIFF, { reason: 'length' }), call), PASSED);
});

test('a program that is not there says nothing of the answer', async (t) => {
  const bench = workspaceBench(t);
  for (const program of ['farthing-no-such-program', './no-such', 'src/a.js']) {
    const verdict = await bench.gates.judge(makeAnswer(DIFF), makeCheckedCall(bench.folder, [program]));
    assert.match(noteOf(verdict), /farthing\.cascade\.command (is not there|cannot be started)/);
  }
  assert.deepEqual(bench.leftovers(), []);
});

test('a folder that cannot be read says nothing of the answer', async (t) => {
  const bench = workspaceBench(t);
  const call = makeCheckedCall(path.join(bench.folder, 'gone'), ['never']);
  assert.match(noteOf(await bench.gates.judge(makeAnswer(DIFF), call)), /cannot be copied \(ENOENT\)/);
  assert.deepEqual(bench.leftovers(), []);
});

for (const limits of [
  { mostBytes: 10, mostFiles: 100 },
  { mostBytes: 1000, mostFiles: 0 },
])
  for (const git of [true, false])
    test(`a workspace above ${JSON.stringify(limits)} is not copied${git ? ' (git)' : ''}`, async (t) => {
      const bench = workspaceBench(t, { limits, git });
      assert.match(noteOf(await bench.judge(DIFF, 'process.exit(1)')), /too large to be copied/);
      assert.deepEqual(bench.leftovers(), []);
    });

test('calls at one time have a copy each', async (t) => {
  const bench = workspaceBench(t);
  const numbers = [3, 4, 5, 6, 7, 8];
  const verdicts = await Promise.all(
    numbers.map((n) => bench.judge(DIFF.replace('b = 4', `b = ${n}`), shows('src/a.js'))),
  );
  assert.deepEqual(
    verdicts.map((verdict) => /b = (\d)/.exec(whyOf(verdict))?.[1]),
    numbers.map(String),
  );
  assert.deepEqual(bench.leftovers(), []);
});

test('a call that is cancelled while others run is never begun', async (t) => {
  const clock = testClock();
  const bench = workspaceBench(t, { clock });
  const tells = (name: string) => HANGS.replaceAll("'/ids", `'/${name}-ids`);
  const two = ['a', 'b'].map((name) => bench.judge(DIFF, tells(name)));
  const both = ['a', 'b'].map((name) => path.join(bench.beside, `${name}-ids`));
  await until(() => both.every((file) => existsSync(file)), 'two commands to begin');
  const controller = new AbortController();
  const third = bench.judge(DIFF, tells('c'), { call: { signal: controller.signal } });
  const rejected = assert.rejects(third, { code: 'cancelled' });
  controller.abort();
  await rejected;
  assert.equal(clock.sleeping().length, 2);
  clock.advance(120_000);
  for (const verdict of await Promise.all(two)) assert.match(gateOf(verdict), /did not end within 120 s/);
  assert.ok(!existsSync(path.join(bench.beside, 'c-ids')));
  assert.deepEqual(bench.leftovers(), []);
});

const NAMED: readonly (readonly [string, string])[] = [
  ['in the line of the fence', fenced('js src/new.js', 'new')],
  ['after a colon', fenced('js:src/new.js', 'new')],
  ['as a title', fenced('js title="src/new.js"', 'new')],
  ['in bold before it', `**src/new.js**\n\n${fenced('js', 'new')}`],
  ['in a heading before it', `### \`src/new.js\`:\n${fenced('js', 'new')}`],
  ['in a comment', fenced('js', '// filepath: src/new.js\nnew')],
];
for (const [how, text] of NAMED)
  test(`a block that names its file ${how} is written`, async (t) => {
    assert.match(whyOf(await workspaceBench(t).judge(text, shows('src/new.js'))), /new\n$/);
  });

test('a block that is far shorter than the file that it names is no change that could be checked', async (t) => {
  const long = Array.from({ length: 60 }, (_, i) => `// ${i}`).join('\n');
  const bench = workspaceBench(t, { files: { 'src/a.js': long } });
  const verdict = await bench.judge(fenced('js src/a.js', 'const a = 1;'), 'process.exit(1)');
  assert.match(noteOf(verdict), /seems to be a part of it/);
});

test('a difference makes, moves and deletes files, in the ends of line that they have', async (t) => {
  const bench = workspaceBench(t, { files: { 'a.txt': 'one\r\ntwo\r\n', 'b.txt': 'b\n', 'c.txt': 'c\n' } });
  const text = fenced(
    'diff',
    [
      '--- a/a.txt\n+++ b/a.txt\n@@ -1,9 +1,9 @@\n one\n+and a half\n two',
      '--- /dev/null\n+++ b/deep/new.txt\n@@ -0,0 +1 @@\n+new',
      '--- a/b.txt\n+++ b/moved.txt\n@@ -1 +1 @@\n-b\n+B',
      '--- a/c.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-c',
    ].join('\n'),
  );
  const script = `const fs = require('fs'); const all = fs.readdirSync('.', { recursive: true }).sort();
    console.log(JSON.stringify(all.map((n) => n + '=' + (fs.statSync(n).isFile() ? fs.readFileSync(n, 'utf8') : '')))); process.exit(1)`;
  const list = /\n(\[.*\])\n$/.exec(whyOf(await bench.judge(text, script)))?.[1] ?? '';
  assert.deepEqual(JSON.parse(list), [
    'a.txt=one\r\nand a half\r\ntwo\r\n',
    'deep=',
    `${path.join('deep', 'new.txt')}=new\n`,
    'moved.txt=B\n',
  ]);
});

const MISFITS: readonly (readonly [string, string, RegExp])[] = [
  ['lines that are not there', DIFF.replace('b = 2', 'b = 9'), /lines of hunk 1 are not in the file/],
  ['a file that is not there', DIFF.replaceAll('src/a.js', 'src/x.js'), /not in the workspace/],
  ['a new file that is there', DIFF.replace('--- a/src/a.js', '--- /dev/null'), /there already/],
  ['a file that is no text', DIFF.replaceAll('src/a.js', 'image.png'), /no text in UTF-8/],
];
for (const [what, text, why] of MISFITS)
  test(`a difference does not fit for ${what}, and nothing is run`, async (t) => {
    const bench = workspaceBench(t, { files: { ...FILES, 'image.png': Uint8Array.of(137, 0, 255, 1) } });
    const verdict = await bench.judge(text, `require('fs').writeFileSync(process.argv[1] + '/ran', '')`);
    assert.equal(gateOf(verdict), 'its changes do not fit the workspace');
    assert.match(whyOf(verdict), why);
    assert.deepEqual([existsSync(path.join(bench.beside, 'ran')), bench.leftovers()], [false, []]);
  });

const ESCAPES = [
  ...['../beside/x.js', '../../x.js', 'src/../../beside/x.js', './../beside/x.js', '/etc/x.js', 'C:/x.js'],
  ...['..\\\\beside\\\\x.js', '\\\\\\\\host\\\\x.js', '.git/hooks/x.js', '.GIT/x.js', 'node_modules/p/x.js'],
  ...['out/x.js', 'out/deep/x.js', 'dangling/x.js', 'file.js', 'dangling.js', 'absolute/a.js'],
].map((name) => name.replaceAll('\\\\', '\\'));
for (const name of ESCAPES)
  for (const [how, text] of [
    ['block', fenced('js', `x`).replace('```js', `\`\`\`js title="${name}"`)],
    ['difference', fenced('diff', `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+x`)],
    ['deletion', fenced('diff', `--- a/${name}\n+++ /dev/null\n@@ -1 +0,0 @@\n-kept`)],
  ] as const)
    test(`a ${how} that leads out of the workspace is refused, and nothing is run: ${name}`, async (t) => {
      const bench = workspaceBench(t);
      const kept = path.join(bench.beside, 'x.js');
      writeFileSync(kept, 'kept\n');
      mkdirSync(path.join(bench.folder, 'node_modules', 'p'), { recursive: true });
      const links = {
        out: bench.beside,
        'file.js': kept,
        dangling: '../gone',
        'dangling.js': path.join(bench.beside, 'gone.js'),
        absolute: path.join(bench.folder, 'src'),
      };
      for (const [link, target] of Object.entries(links)) symlinkSync(target, path.join(bench.folder, link));
      const verdict = await bench.judge(text, `require('fs').writeFileSync(process.argv[1] + '/ran', '')`);
      // A path with a colon is in no line that names a file.
      if (how === 'block' && /[:]/.test(name)) assert.match(noteOf(verdict), /changes no file/);
      else assert.match(whyOf(verdict), /is outside of the workspace\.$/);
      assert.equal(readFileSync(kept, 'utf8'), 'kept\n');
      assert.equal(bench.read('src/a.js'), FILES['src/a.js']);
      for (const made of ['ran', 'gone.js', 'deep']) assert.ok(!existsSync(path.join(bench.beside, made)));
      assert.deepEqual(bench.leftovers(), []);
    });

test('in the cascade the next model reads what the command wrote, and the decisions have none of it', async (t) => {
  const bench = workspaceBench(t, { files: { ...FILES, 'package.json': '{ "type": "module" }' } });
  const legs = scriptedLegs(answers(DIFF.replace('b = 4', 'b = 5')), answers(DIFF));
  const stage = cascade({ gates: bench.gates, router: { learn: () => undefined } });
  const words = [process.execPath, '-e', `console.log('private output'); ${WANTS_FOUR}`];
  const [first, ...above] = LADDER;
  const auto = makeAutoCall({ ...first, ladder: above, chain: above });
  const { check, settings } = makeCheckedCall(bench.folder, words);
  const call = { ...auto, settings, ...(check === undefined ? {} : { check }) };
  const { events, error } = await collect(stage.run(call, legs.next));
  assert.equal(error, null);
  assert.equal(textOf(events), DIFF);
  assert.match(legs.calls[1]?.messages.at(-1)?.content ?? '', /private output/);
  const decisions = reasonsOf(events).join(' ');
  assert.match(decisions, /the command failed with exit code 1 after 0 s/);
  assert.doesNotMatch(decisions, /private output/);
});

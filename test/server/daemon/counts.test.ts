/** What an editor is told of the tokens of a prompt while somebody writes it. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { CodeLens, InlayHint } from 'vscode-languageserver';
import { type EstimateParams, MESSAGES } from '../../../protocol/messages.ts';
import type { Breakdown } from '../../../protocol/token-counts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { setScene, type Window } from './harness.ts';

const URI = 'file:///w/review.prompt.md';

const PROMPT = `---
description: x
---
system:
You review code. Be brief.

# Rules

Never guess what a function does, look it up in the documentation first.

## Style

Use short sentences, and write them in the active voice wherever that is possible at all. What is not needed is left out.

## Tone

Be kind to the author of the code, who has most likely thought about it for longer than you. Ask where you do not know.

## Examples

### Example 1

Input: a
Output: b

### Example 2

Input: cc
Output: dd

user:
Review {{code}} 👩‍👩‍👧 now.
`;

async function open(window: Window, text: string, { uri = URI, languageId = 'prompt' } = {}) {
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri, languageId, version: 1, text },
  });
  const ask = (method: string, more: object = {}) =>
    window.client.raw(`textDocument/${method}`, { textDocument: { uri }, ...more });
  return {
    lenses: async () =>
      ((await ask('codeLens')) as CodeLens[]).map(({ range, command }) => [range.start.line, command?.title]),
    hints: async (end = 1000) => {
      const range = { start: { line: 0, character: 0 }, end: { line: end, character: 0 } };
      return ((await ask('inlayHint', { range })) as InlayHint[]).map(({ position, label }) => [
        position.line,
        position.character,
        label,
      ]);
    },
    breakdown: async (): Promise<Breakdown> => {
      const found = await window.client.request(MESSAGES.breakdown, { uri });
      assert.ok(found);
      return found;
    },
    lines: (first: number, last: number, version = 1) =>
      window.client.request(MESSAGES.lineTokens, { uri, version, first, last }),
    pieces: (line: number, character: number, version = 1) =>
      window.client.request(MESSAGES.tokenPieces, { uri, version, line, character }),
    change: (contentChanges: object[], version = 2) =>
      window.client.raw('textDocument/didChange', { textDocument: { uri, version }, contentChanges }),
  };
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

test('what a prompt consists of adds up to the number above it', async () => {
  await using scene = await setScene();
  const prompt = await open(await scene.open(), PROMPT);
  const found = await prompt.breakdown();
  const messages = found.sections.filter(({ kind }) => kind === 'role');
  assert.deepEqual(
    messages.map(({ title, line, depth }) => [title, line, depth]),
    [
      ['system', 3, 0],
      ['user', 30, 0],
    ],
  );
  assert.equal(sum(messages.map(({ tokens }) => tokens)) + found.overhead, found.total);
  assert.equal(found.byPipeline, 0);
  assert.deepEqual(
    found.roles.map(({ role }) => role),
    ['system', 'user'],
  );
  assert.deepEqual(found.variables, ['{{code}}']);
  assert.equal(found.pastValues, null);
  assert.ok((found.frontMatter?.tokens ?? 0) > 5);
  assert.match(String((await prompt.lenses())[0]?.[1]), new RegExp(`Run · ${found.total}\\+ tokens`));
});

test('a section has what is in it, and the sections of a heading come after it', async () => {
  await using scene = await setScene();
  const prompt = await open(await scene.open(), PROMPT);
  const { sections } = await prompt.breakdown();
  assert.deepEqual(
    sections.map(({ kind, title, depth }) => `${'  '.repeat(depth)}${kind} ${title}`),
    [
      'role system',
      '  heading Rules',
      '    heading Style',
      '    heading Tone',
      '    examples Examples',
      '      example Example 1',
      '      example Example 2',
      'role user',
    ],
  );
  const tokens = new Map(sections.map(({ title, tokens: count }) => [title, count]));
  const of = (title: string) => tokens.get(title) ?? Number.NaN;
  assert.ok(of('Rules') > of('Style') + of('Tone') + of('Examples'));
  assert.ok(of('Examples') > of('Example 1') + of('Example 2'));
});

test('messages and headings have a line with their tokens and their share, and examples a hint', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await open(window, PROMPT);
  const lenses = await prompt.lenses();
  const titles = lenses.slice(1).map(([line, title]) => `${line} ${title}`);
  assert.match(titles.join('\n'), /^3 System · \d+ tokens · \d+ %$/m);
  assert.match(titles.join('\n'), /^10 Style · \d+ tokens · \d+ %$/m);
  assert.match(titles.join('\n'), /^30 User · \d+ tokens · \d+ %$/m);
  assert.doesNotMatch(titles.join('\n'), /Example 1/);
  const hints = await prompt.hints();
  assert.deepEqual(
    hints.map(([line, character]) => [line, character]),
    [
      [18, 11],
      [20, 13],
      [25, 13],
    ],
  );
  assert.match(String(hints[0]?.[2]), /^2 examples, \d+ tokens$/);
  assert.deepEqual(await prompt.hints(17), []);
  await window.configure({ 'codeLens.sections': false, 'inlayHints.enabled': false });
  assert.equal((await prompt.lenses()).length, 1);
  assert.deepEqual(await prompt.hints(), []);
});

test('CRLF and a lone CR do not move lines or hints', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await open(window, PROMPT.replaceAll('\n', '\r\n'));
  assert.deepEqual((await prompt.hints())[1]?.slice(0, 2), [20, 13]);
  const { sections, total, overhead } = await prompt.breakdown();
  const messages = sections.filter(({ kind }) => kind === 'role');
  assert.equal(sum(messages.map(({ tokens }) => tokens)) + overhead, total);
});

test('an edit is counted in its section alone', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await open(window, PROMPT);
  const before = await prompt.breakdown();
  const place = { line: 12, character: 0 };
  await prompt.change([{ range: { start: place, end: place }, text: 'again ' }]);
  const after = await prompt.breakdown();
  assert.equal(after.version, 2);
  const changed = after.sections.filter(({ tokens }, index) => tokens !== before.sections[index]?.tokens);
  assert.deepEqual(
    changed.map(({ title }) => title),
    ['system', 'Rules', 'Style'],
  );
  assert.equal(after.total - before.total, 1);
});

test('lines add up to the messages, and what is not sent has no number', async () => {
  await using scene = await setScene();
  const prompt = await open(await scene.open(), PROMPT.replace('{{code}}', 'code'));
  const { sections } = await prompt.breakdown();
  const lines = await prompt.lines(0, 400);
  assert.deepEqual(lines?.tokens.slice(0, 4), [null, null, null, null]);
  const messages = sections.filter(({ kind }) => kind === 'role');
  assert.equal(
    sum((lines?.tokens ?? []).map((tokens) => tokens ?? 0)),
    sum(messages.map(({ tokens }) => tokens)),
  );
  const few = await prompt.lines(8, 12);
  assert.deepEqual(few?.tokens, lines?.tokens.slice(8, 13));
  assert.equal(few?.first, 8);
});

test('lines add up to the messages where they are sent otherwise than they are written', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const files = {
    'a.prompt.yml':
      'messages:\n  - role: user\n    content: "One.\\n\\nTwo \\"three\\"."\n  - role: user\n    content: &a |\n      Four.\n\n\n      Five.\n  - role: user\n    content: *a\n  - role: user\n    content: >\n      Six\n      and seven.\n\n      Eight.\n',
    'a.ts':
      "create({ role: 'user', content: 'It\\'s one.\\n\\nTwo.' });\ncreate({ role: 'user', content: `\\`a\\`\n  \\u{1F389}` });\n",
    'b.py': 'm = [{"role": "user", "content": f"""One {a:>{b}}\n\n {{two}} \\\n three"""}]\n',
  };
  for (const [name, text] of Object.entries(files)) {
    const prompt = await open(window, text, { uri: `file:///w/${name}`, languageId: '' });
    const { sections } = await prompt.breakdown();
    const messages = sections.filter(({ kind }) => kind === 'role');
    assert.ok(messages.length > 0, name);
    assert.equal(
      sum(((await prompt.lines(0, 400))?.tokens ?? []).map((tokens) => tokens ?? 0)),
      sum(messages.map(({ tokens }) => tokens)),
      name,
    );
  }
});

test('what agents load is counted as it is written: nobody fills in its variables', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const uri = 'file:///w/AGENTS.md';
  const prompt = await open(window, 'hello {{whom}}', { uri, languageId: 'markdown' });
  const { tokens } = await window.client.request(MESSAGES.countText, { text: 'hello {{whom}}', uri });
  const { total, sections, variables } = await prompt.breakdown();
  assert.deepEqual([total, sections[0]?.tokens, variables], [tokens, tokens, []]);
  assert.match(String((await prompt.lenses())[0]?.[1]), new RegExp(`^${tokens} tokens in every turn`));
});

test('a count of an older version is not given', async () => {
  await using scene = await setScene();
  const prompt = await open(await scene.open(), 'hello world');
  await prompt.change([{ text: 'hello' }]);
  assert.equal(await prompt.lines(0, 1, 1), null);
  assert.equal(await prompt.pieces(0, 1, 1), null);
  assert.deepEqual((await prompt.lines(0, 1, 2))?.tokens, [1]);
});

test('a word is shown with its tokens, whatever it is made of', async () => {
  await using scene = await setScene();
  const text = 'a tokenization b\nשלום עולם\n👩‍👩‍👧 x\na\u200bb\nq\u0323\u0307';
  const prompt = await open(await scene.open(), text);
  const word = await prompt.pieces(0, 5);
  assert.deepEqual([word?.start, word?.end], [2, 14]);
  assert.equal(word?.pieces.join(''), '·tokenization');
  assert.ok((word?.pieces.length ?? 0) > 1);
  const right = await prompt.pieces(1, 6);
  assert.deepEqual([right?.line, right?.start, right?.end], [1, 5, 9]);
  const family = await prompt.pieces(2, 1);
  assert.deepEqual([family?.start, family?.end], [0, 8]);
  assert.match(family?.pieces.join(' ') ?? '', /\\u\{200d\}|\\x/);
  assert.equal((await prompt.pieces(3, 0))?.start, 0);
  assert.deepEqual((await prompt.pieces(4, 0))?.end, 3);
  assert.equal(await prompt.pieces(99, 0), null, 'behind the end');
});

test('a selection is counted by itself, halves of characters too, and has a price', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const count = (text: string) => window.client.request(MESSAGES.countText, { text, uri: null });
  const hello = await count('hello world');
  assert.deepEqual([hello.tokens, hello.approximate, hello.model], [2, false, 'gpt-5-mini']);
  assert.ok((hello.inputNano ?? 0) > 0);
  assert.deepEqual((await count('')).tokens, 0);
  assert.equal((await count('\ud83d')).tokens, (await count('\ufffd')).tokens);
});

test('without a provider a count says what to do', async () => {
  await using scene = await setScene();
  const window = await scene.open({ providers: [] });
  await assert.rejects(window.client.request(MESSAGES.countText, { text: 'a', uri: null }), {
    code: 'noProvider',
  });
  const prompt = await open(window, 'hello');
  assert.equal(await window.client.request(MESSAGES.breakdown, { uri: URI }), null);
  assert.deepEqual(await prompt.hints(), []);
});

/** A workspace of files and a window that trusts it, or not. */
async function workspace(
  context: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  trusted = true,
) {
  const folder = temporaryFolder(context);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const scene = await setScene();
  const window = await scene.open();
  await window.client.request(MESSAGES.configure, {
    settings: {
      providers: [{ name: 'Sim', baseUrl: scene.simulator.baseUrl, models: ['gpt-5-mini'], needsKey: false }],
    },
    trusted,
    workspace: { name: 'w', folder: path.join(folder, 'w') },
  });
  return {
    folder,
    async included(text: string) {
      const uri = pathToFileURL(path.join(folder, 'w', 'a.prompt.md')).href;
      const prompt = await open(window, text, { uri });
      const { included, total } = await prompt.breakdown();
      return { included, total };
    },
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
    },
  };
}

test('linked files are counted apart, each once, with what they link to', async (context) => {
  await using world = await workspace(context, {
    'w/rules/one.md': 'hello world, see [two](two.md)',
    'w/rules/two.md': 'hello, and back to [one](one.md)',
  });
  const { included } = await world.included(
    'Follow\n[one](rules/one.md), [one](rules/one.md#x), [no](gone.md).',
  );
  assert.deepEqual(
    included.map(({ target, line, depth, problem }) => [target, line, depth, problem]),
    [
      ['rules/one.md', 1, 0, null],
      ['two.md', 1, 1, null],
      ['one.md', 1, 2, 'circular'],
      ['gone.md', 1, 0, 'missing'],
    ],
  );
  assert.ok(Number(included[0]?.tokens) > 5);
  assert.equal(included[3]?.tokens, null);
});

test('nothing outside of the workspace is read, not by a symbolic link either, and nothing of one without trust', async (context) => {
  const files = { 'w/b.md': 'x', 'secret.md': 'secret', 'w/data.bin': Buffer.from([1, 0, 2]) };
  await using world = await workspace(context, files);
  symlinkSync(path.join(world.folder, 'secret.md'), path.join(world.folder, 'w/link.md'));
  const links = '[a](../secret.md) [b](link.md) [c](data.bin) [d](https://example.com/x.md) ![e](b.md)';
  assert.deepEqual(
    (await world.included(links)).included.map(({ problem }) => problem),
    ['outside', 'outside', 'binary'],
  );
  await using stranger = await workspace(context, files, false);
  assert.deepEqual(
    (await stranger.included('[b](b.md)')).included.map(({ problem, tokens }) => [problem, tokens]),
    [['untrusted', null]],
  );
});

test('what values added in past runs is measured where there were some', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await open(window, 'hello {{whom}}');
  const { total } = await prompt.breakdown();
  scene.simulator.script({
    text: 'hi',
    usage: { prompt_tokens: total + 40, completion_tokens: 1, total_tokens: total + 41 },
  });
  await window.run('', { source: { kind: 'document', uri: URI }, values: { whom: 'world' } });
  assert.deepEqual((await prompt.breakdown()).pastValues, { tokens: 40, runs: 1 });
});

test('each prompt in a program has one quiet line, and a program without any has none', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const source = [
    'import OpenAI from "openai";',
    'const client = new OpenAI();',
    'await client.chat.completions.create({',
    '  model: "gpt-5-mini",',
    '  messages: [{ role: "system", content: "You review code, and you are kind to whoever wrote it." }],',
    '});',
  ].join('\n');
  const program = await open(window, source, { uri: 'file:///w/a.ts', languageId: 'typescript' });
  const lenses = await program.lenses();
  assert.deepEqual(
    lenses.map(([line]) => line),
    [4],
  );
  assert.match(String(lenses[0]?.[1]), /^Prompt · \d+ tokens · \$0\.\d+ of input a run$/);
  const plain = await open(window, 'let a = 1;', { uri: 'file:///w/b.ts', languageId: 'typescript' });
  assert.deepEqual(await plain.lenses(), []);
});

test('the line, the status bar and the breakdown of a file that agents load have one number', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const uri = 'file:///w/AGENTS.md';
  const estimate = new Promise<EstimateParams>((resolve) => {
    window.client.on(MESSAGES.estimate, (params: EstimateParams) => {
      if (params.uri === uri) resolve(params);
    });
  });
  const file = await open(window, '# A\n\nhello world\n', { uri, languageId: 'markdown' });
  const { total, overhead } = await file.breakdown();
  assert.equal(overhead, 0);
  assert.equal((await estimate).preview?.inputTokens, total);
  assert.match(String((await file.lenses())[0]?.[1]), new RegExp(`^${total} tokens in every turn`));
});

test('a file that every turn loads says what 1,000 turns cost, and a text of megabytes is counted as a whole', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const file = await open(window, '# A\n\nhello\n', { uri: 'file:///w/AGENTS.md', languageId: 'markdown' });
  assert.match(
    String((await file.lenses())[0]?.[1]),
    /^\d+ tokens in every turn · \$0\.\d+ per 1,000 turns with gpt-5-mini, \$0\.\d+ where it is cached$/,
  );
  const when = async (name: string, text: string) => {
    const opened = await open(window, text, { uri: `file:///w/${name}`, languageId: 'markdown' });
    return /tokens (.+?) ·/.exec(String((await opened.lenses())[0]?.[1]))?.[1];
  };
  assert.equal(await when('a.agent.md', 'Be brief.'), 'in every turn of this agent');
  assert.equal(await when('a/SKILL.md', 'Be brief.'), 'in each turn with this skill');
  const applying = "---\napplyTo: '**/*.ts'\n---\nBe brief.";
  assert.equal(await when('a.instructions.md', applying), 'in each turn that it applies to');
  assert.equal(await when('b.instructions.md', applying.replace('/*.ts', '')), 'in every turn');
  const large = await open(window, 'word '.repeat(300_000));
  const { tooLarge, sections, total } = await large.breakdown();
  assert.deepEqual([tooLarge, sections], [true, []]);
  assert.ok(total > 299_000);
  assert.equal(await large.lines(0, 1), null);
});

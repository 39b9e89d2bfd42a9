/** Compression suggestions as an editor gets them: hints, quick fixes, "fix all", and what "Compress Prompt" asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction, Diagnostic, TextDocumentEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { MESSAGES } from '../../../protocol/messages.ts';
import { setScene, type Window } from './harness.ts';

const URI = 'file:///w/a.prompt.md';
const EVERYTHING = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

/** A prompt that is open in a window, as an editor works with it. */
async function openPrompt(window: Window, text: string, uri = URI) {
  let version = 1;
  let now = text;
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri, languageId: 'prompt', version, text },
  });
  const ask = (method: string, params: object = {}) =>
    window.client.raw(method, { textDocument: { uri }, ...params });
  const actions = async (only?: readonly string[], range: object = EVERYTHING) =>
    (await ask('textDocument/codeAction', {
      range,
      context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
    })) as CodeAction[];
  return {
    edit: async (next: string) => {
      now = next;
      version += 1;
      await window.client.raw('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text: next }],
      });
    },
    hints: async () =>
      ((await ask('textDocument/diagnostic')) as { items: Diagnostic[] }).items.filter(
        ({ source, code }) => source === 'Farthing' && code !== undefined,
      ),
    actions,
    /** The text after an action, made as an editor does: only for the version that it is of. */
    after: (action: CodeAction | undefined) => {
      const [change] = (action?.edit?.documentChanges ?? []) as TextDocumentEdit[];
      assert.equal(change?.textDocument.version, version);
      return TextDocument.applyEdits(TextDocument.create(uri, 'prompt', version, now), [
        ...((change?.edits ?? []) as Parameters<typeof TextDocument.applyEdits>[1]),
      ]);
    },
    compress: (chosen?: readonly number[]) =>
      window.client.request(MESSAGES.compression, { uri, ...(chosen === undefined ? {} : { chosen }) }),
  };
}

const LOOSE = '---\ndescription: x\n---\nList the   towns of Kent.   \n\n\n\n\nOne on a line.   \n';

test('a place that could be shorter is a faded hint that says what it saves and links to its rule', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.minimumTokens': 1 });
  const prompt = await openPrompt(window, LOOSE);
  const hints = await prompt.hints();
  const trailing = hints.find(({ code }) => code === 'trailing-spaces');
  assert.equal(trailing?.severity, 4, 'a hint');
  assert.deepEqual(trailing?.tags, [1], 'faded');
  assert.match(String(trailing?.message), /Saves \d+ tokens?\.$/);
  assert.match(trailing?.codeDescription?.href ?? '', /^farthing-rule:\/trailing-spaces\.md$/);
});

test('wording that would go is faded with the space and the capital around it, and what is replaced is not', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(
    window,
    'It is important to note that ice melts. Due to the fact that it melts, name a safe place for it.\n\nThank you very much in advance!\n',
  );
  const tags = new Map((await prompt.hints()).map(({ code, tags }) => [code, tags]));
  assert.deepEqual(tags.get('throat-clearing'), [1]);
  assert.deepEqual(tags.get('greetings-and-thanks'), [1]);
  assert.ok(tags.has('wordy-phrases'));
  assert.equal(tags.get('wordy-phrases'), undefined);
});

test('hints stop where the setting, the rule or the prompt switches them off', async () => {
  await using scene = await setScene();
  const codes = async (settings: Record<string, unknown>, text: string, uri: string) => {
    const window = await scene.open({ 'compression.minimumTokens': 1, ...settings });
    const prompt = await openPrompt(window, text, uri);
    return new Set((await prompt.hints()).map(({ code }) => code));
  };
  assert.equal((await codes({ 'compression.suggest': 'none' }, LOOSE, 'file:///w/1.prompt.md')).size, 0);
  const off = await codes(
    { 'compression.rules': { 'trailing-spaces': false } },
    LOOSE,
    'file:///w/2.prompt.md',
  );
  assert.ok(!off.has('trailing-spaces') && off.has('blank-lines'));
  const inFile = LOOSE.replace('description: x', 'farthing: { rulesOff: [blank-lines] }');
  const own = await codes({}, inFile, 'file:///w/3.prompt.md');
  assert.ok(own.has('trailing-spaces') && !own.has('blank-lines'));
  const comment = `<!-- farthing-rules-off: all -->\n${LOOSE.slice(LOOSE.indexOf('List'))}`;
  assert.equal((await codes({}, comment, 'file:///w/AGENTS.md')).size, 0);
});

test('a quick fix makes one change, another all of its rule, and "fix all" what is lossless and nothing else', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.minimumTokens': 1 });
  const prompt = await openPrompt(window, `${LOOSE}\nPlease sort them.\n`);
  const fixes = await prompt.actions(['quickfix']);
  const one = fixes.find(({ title }) => /^Blank lines: save \d+ tokens?$/i.test(title));
  assert.ok(one !== undefined, fixes.map(({ title }) => title).join('; '));
  assert.equal(prompt.after(one).includes('\n\n\n'), false);
  const [all, ...others] = await prompt.actions(['source.fixAll']);
  assert.equal(others.length, 0);
  assert.equal(all?.kind, 'source.fixAll.farthing');
  assert.equal(
    prompt.after(all),
    '---\ndescription: x\n---\nList the towns of Kent.\n\nOne on a line.\n\nPlease sort them.\n',
  );
  assert.deepEqual(
    (await prompt.actions()).filter(({ kind }) => kind?.startsWith('source')),
    [],
    'never in the menu of a place',
  );
});

test('positions are UTF-16: what stands behind emoji and combining marks is changed where it is', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.minimumTokens': 1 });
  const text = '👩‍👩‍👧 e\u0301 שלום\r\nList the towns of Kent.   \r\n';
  const prompt = await openPrompt(window, text);
  const [all] = await prompt.actions(['source.fixAll.farthing']);
  assert.equal(prompt.after(all), '👩‍👩‍👧 e\u0301 שלום\r\nList the towns of Kent.\r\n');
});

test('hints of a text that has changed meanwhile are never given', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.minimumTokens': 1 });
  const prompt = await openPrompt(window, LOOSE);
  const stale = prompt.hints();
  const refused = assert.rejects(stale);
  await prompt.edit('List the towns of Kent.');
  await refused;
  assert.deepEqual(await prompt.hints(), []);
});

test('Compress Prompt says what the chosen changes save, exactly as the prompt is counted and priced', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.minimumTokens': 1 });
  const prompt = await openPrompt(window, LOOSE);
  const whole = await prompt.compress();
  assert.ok(whole.suggestions.length >= 3);
  assert.equal(whole.text, '---\ndescription: x\n---\nList the towns of Kent.\n\nOne on a line.\n');
  const preview = (text: string) =>
    window.client.request(MESSAGES.preview, { source: { kind: 'text', uri: URI, text } });
  assert.equal(whole.before.tokens, (await preview(LOOSE)).inputTokens);
  assert.equal(whole.after.tokens, (await preview(whole.text)).inputTokens);
  // gpt-5-mini: $0.25 a million input tokens, 250 nano-dollars each.
  assert.equal(whole.before.nano, whole.before.tokens * 250);
  assert.equal(whole.after.nano, whole.after.tokens * 250);
  const none = await prompt.compress([]);
  assert.deepEqual([none.text, none.after, none.chosen], [LOOSE, none.before, []]);
  assert.equal(whole.runs, 0);
  scene.simulator.script({ text: 'Dover' });
  await window.run('', { source: { kind: 'document', uri: URI } });
  assert.equal((await prompt.compress()).runs, 1);
});

test('a prompt that is closed or far too long is refused in one sentence', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await assert.rejects(window.client.request(MESSAGES.compression, { uri: 'file:///w/none.prompt.md' }), {
    code: 'documentClosed',
  });
  const prompt = await openPrompt(window, 'word  '.repeat(100_000));
  await assert.rejects(prompt.compress(), { code: 'tooLongToCompress' });
});

test('of two changes that want one place, the one that was chosen last has it', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(
    window,
    'Read the report.\n\nPlease make sure that you check every figure in it.\n',
  );
  const { suggestions, chosen } = await prompt.compress();
  const other = suggestions.findIndex(({ edits }, index) => edits.length > 0 && !chosen.includes(index));
  assert.ok(other >= 0, 'two rules want one place');
  const again = await prompt.compress([other, ...chosen]);
  assert.ok(again.chosen.includes(other));
  const saved = (index: number) => suggestions[index]?.savedTokens ?? 0;
  assert.ok(
    chosen.some((index) => saved(index) >= saved(other)),
    'at first the one that saves more has it',
  );
  assert.equal(again.chosen.length, chosen.length);
});

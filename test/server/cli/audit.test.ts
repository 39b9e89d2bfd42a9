/** farthing audit as a person types it. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createTestState, outcome } from '../../support/daemon-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PARAGRAPH = 'Always run the tests before you commit anything at all.';

test('audit adds up what agents load from a folder, and needs neither a daemon nor a key', async (context) => {
  await using state = createTestState();
  const folder = temporaryFolder(context);
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  write('AGENTS.md', `${PARAGRAPH}\n`);
  write('CLAUDE.md', `# Rules\n\n${PARAGRAPH}\n`);
  write('node_modules/x/AGENTS.md', 'never');
  write('src/AGENTS.md', 'Only in here.');
  write('bin/CLAUDE.md', new Uint8Array([0xff, 0xfe, 0x00]));
  write('.github/skills/pdf/SKILL.md', '---\nname: pdf\ndescription: Reads PDF files.\n---\nBody.');
  write('.vscode/mcp.json', '{"servers":{"github":{}}}');
  symlinkSync('..', path.join(folder, 'src', 'circle'));

  const { code, out, err } = await outcome(state.spawn(['audit', folder, '--model', 'gpt-5-mini']));
  assert.equal(code, 0, err);
  assert.match(
    out,
    /^# Always-loaded context: \d+ tokens with every agent turn\n\nThey cost \$0\.\d+ per 1,000 turns/,
  );
  assert.match(out, /\| AGENTS\.md \|/);
  assert.match(out, /\| \.github\/skills\/pdf\/SKILL\.md, name and description \|/);
  assert.match(out, /with work in src +\| src\/AGENTS\.md \|/);
  assert.match(out, /wastes \d+ tokens with every turn: AGENTS\.md line 1; CLAUDE\.md line 3/);
  assert.match(out, /servers github/);
  assert.match(out, /1 more file was found and not counted/);
  assert.doesNotMatch(out, /node_modules|circle/);
});

test('audit of a folder that is not there, and of a model that nobody has, says what to do', async (context) => {
  await using state = createTestState();
  const folder = temporaryFolder(context);
  const gone = await outcome(state.spawn(['audit', path.join(folder, 'gone')]));
  assert.deepEqual([gone.code, gone.out], [1, '']);
  assert.match(gone.err, /cannot be read \(there is no such file\)/);
  assert.equal((await outcome(state.spawn(['audit', folder, '--model', 'nobody']))).code, 1);
  assert.equal((await outcome(state.spawn(['audit', folder, folder]))).code, 2);
});

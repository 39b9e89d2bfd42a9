/** What every turn of an agent loads from a workspace: what counts, when, what it costs, and what is there twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContextFile } from '../../../protocol/audit.ts';
import { auditReport } from '../../../protocol/audit-report.ts';
import { defaultSettings, type ModelSettings, type ProviderSettings } from '../../../protocol/settings.ts';
import type { PriceBook } from '../../../server/pipeline/ports.ts';
import { auditContext } from '../../../server/prompts/audit/audit-context.ts';
import { findDuplicates } from '../../../server/prompts/audit/duplicates.ts';

/** A word is a token, which costs 1,000 nano-dollars and a tenth of that from the prefix cache. */
const prices: PriceBook = {
  cost: (_provider, _model, { inputTokens, cachedInputTokens }) => ({
    nano: (inputTokens - cachedInputTokens) * 1000 + cachedInputTokens * 100,
    priceVersion: 'test@1',
  }),
  contextTokens: () => null,
};
const counter = {
  countText: async (_model: ModelSettings, text: string) => ({
    tokens: text.split(/\s+/).filter((word) => word !== '').length,
    approximate: false,
  }),
};
const [provider] = defaultSettings().providers as readonly [ProviderSettings, ...ProviderSettings[]];
const model: ModelSettings = { id: 'gpt-5-mini', contextTokens: null, encoding: null };

const audit = (
  files: Readonly<Record<string, string>>,
  more: Partial<{ prices: PriceBook; leftOut: number }> = {},
) =>
  auditContext(
    {
      files: Object.entries(files).map(
        ([path, text]): ContextFile => ({ uri: `file:///w/${path}`, path, folder: null, text }),
      ),
      leftOut: more.leftOut ?? 0,
    },
    { counter, prices, settings: defaultSettings(), route: { provider, model }, now: 0, ...more },
  );

const lines = async (files: Readonly<Record<string, string>>) =>
  (await audit(files)).texts.map(
    ({ name, part, condition, tokens }) =>
      `${name}, ${part}: ${tokens}${condition === null ? '' : ` (${condition})`}`,
  );

test('guides of the root are loaded with every turn, those further down with work in their folder', async () => {
  assert.deepEqual(
    await lines({
      'AGENTS.md': 'one two three',
      '.claude/CLAUDE.md': 'one two',
      '.github/copilot-instructions.md': 'one',
      'packages/a/AGENTS.md': 'one two three four',
    }),
    [
      'AGENTS.md, whole file: 3',
      '.claude/CLAUDE.md, whole file: 2',
      '.github/copilot-instructions.md, whole file: 1',
      'packages/a/AGENTS.md, whole file: 4 (work in packages/a)',
    ],
  );
});

test('instructions are loaded by their applyTo, without their front matter', async () => {
  assert.deepEqual(
    await lines({
      '.github/instructions/all.instructions.md': "---\napplyTo: '**'\n---\none two",
      '.github/instructions/ts.instructions.md': "---\napplyTo: '**/*.ts,**/*.tsx'\n---\none two three",
      '.github/instructions/hand.instructions.md': 'one',
    }),
    [
      '.github/instructions/all.instructions.md, body: 2',
      '.github/instructions/ts.instructions.md, body: 3 (files **/*.ts, **/*.tsx)',
      '.github/instructions/hand.instructions.md, body: 1 (only where it is added by hand)',
    ],
  );
});

test('of a skill, name and description are loaded with every turn and its body on demand; of an agent, nothing else', async () => {
  const skill = '---\nname: pdf\ndescription: Reads PDF files\n---\none two three four five';
  assert.deepEqual(
    await lines({
      '.github/skills/pdf/SKILL.md': skill,
      '.github/skills/mine/SKILL.md':
        '---\nname: mine\ndescription: d\ndisable-model-invocation: true\n---\none',
      '.github/agents/plan.agent.md': '---\ndescription: Plans\n---\none two',
    }),
    [
      '.github/skills/pdf/SKILL.md, name and description: 4',
      '.github/skills/pdf/SKILL.md, body: 5 (the skill pdf)',
      '.github/agents/plan.agent.md, body: 2 (the agent plan)',
      '.github/skills/mine/SKILL.md, body: 1 (the skill mine)',
    ],
  );
});

test('the sum is that of the lines, per 1,000 turns, uncached and from the prefix cache', async () => {
  const { always, texts } = await audit({
    'AGENTS.md': 'one two three',
    'CLAUDE.md': 'one two',
    'a/CLAUDE.md': 'x',
  });
  assert.equal(always.tokens, 5);
  assert.deepEqual(always.cost, { uncached: 5_000_000, cached: 500_000 });
  assert.deepEqual(
    texts.map(({ cost }) => cost.uncached),
    [3_000_000, 2_000_000, 1_000_000],
  );
});

test('an unknown price stays unknown in the sum, and the report says so', async () => {
  const unknown: PriceBook = { ...prices, cost: () => ({ nano: null, priceVersion: null }) };
  const found = await audit({ 'AGENTS.md': 'one' }, { prices: unknown });
  assert.deepEqual(found.always.cost, { uncached: null, cached: null });
  const report = auditReport(found);
  assert.match(report, /price unknown/);
  assert.doesNotMatch(report, /\$0/);
});

const PARAGRAPH = 'Always run the tests before you commit anything at all.';

test('a paragraph in two files that are always loaded wastes its tokens with every turn', async () => {
  const found = await audit({
    'AGENTS.md': `# Rules\n\n${PARAGRAPH}\n\nOnly here.`,
    'CLAUDE.md': `Something else.\n\n${PARAGRAPH.replace(' tests', '\ntests')}\n`,
    'a/AGENTS.md': PARAGRAPH,
  });
  const [duplicate, ...others] = found.duplicates;
  assert.deepEqual(others, []);
  assert.deepEqual(
    duplicate?.places.map(({ name, line }) => `${name}:${line}`),
    ['AGENTS.md:3', 'CLAUDE.md:3', 'a/AGENTS.md:1'],
  );
  assert.deepEqual([duplicate?.tokens, duplicate?.wastedAlways, duplicate?.wastedAtMost], [10, 10, 20]);
  assert.deepEqual(found.wastedAlways, { tokens: 10, cost: { uncached: 10_000_000, cached: 1_000_000 } });
});

test('lines of a file count as its editor does, front matter included', async () => {
  const found = await audit({
    '.github/instructions/a.instructions.md': `---\napplyTo: '**'\n---\n\n${PARAGRAPH}`,
    'AGENTS.md': PARAGRAPH,
  });
  assert.deepEqual(
    found.duplicates[0]?.places.map(({ line }) => line),
    [5, 1],
  );
});

test('paragraphs that follow one another in all places are one duplicate', () => {
  const text = `${PARAGRAPH}\n\n${PARAGRAPH} Again.\n\n${'x'.repeat(50)}`;
  const found = findDuplicates([
    { text, line: 0 },
    { text: `Above.\n\n${text}`, line: 0 },
  ]);
  assert.deepEqual(
    found.map(({ text: one, places }) => [one, places.map(({ line }) => line)]),
    [[text, [0, 2]]],
  );
});

test('texts without a paragraph in common have no duplicates, whatever they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 50, maxLength: 60, unit: fc.constantFrom('a', 'b', ' ') })),
      (texts) => {
        const keys = new Set(texts.map((text) => text.replace(/\s+/g, ' ').trim()));
        const found = findDuplicates(texts.map((text) => ({ text, line: 0 })));
        if (keys.size === texts.length) assert.deepEqual(found, []);
      },
    ),
  );
});

test('a skill over its natural budgets is noted', async () => {
  const body = `${'word '.repeat(5001)}\n${'line\n'.repeat(600)}`;
  const { notes } = await audit({
    's/SKILL.md': `---\nname: s\ndescription: ${'d'.repeat(1025)}\n---\n${body}`,
    't/SKILL.md': `---\nname: t\ndescription: ${'d'.repeat(1024)}\n---\n${'line\n'.repeat(500)}`,
  });
  assert.equal(notes.length, 3);
  assert.ok(notes.every(({ name }) => name === 's/SKILL.md'));
  assert.match(
    notes.map(({ message }) => message).join('\n'),
    /1025 characters[\s\S]*601 lines[\s\S]*5,601 tokens/,
  );
});

test('servers and tools are named, and their schemas are said to be unknown', async () => {
  const found = await audit({
    '.vscode/mcp.json': '{\n  // mine\n  "servers": { "github": { "url": "https://x//y" }, "db": {}, },\n}',
    'a.prompt.md': '---\ntools: [search, edit]\n---\nHello',
  });
  assert.deepEqual(
    found.tools.map(({ kind, names }) => [kind, ...names]),
    [
      ['servers', 'github', 'db'],
      ['tools', 'search', 'edit'],
    ],
  );
  assert.deepEqual(found.texts, [], 'a prompt is loaded by whoever runs it');
  assert.match(auditReport(found), /servers github, db\n[\s\S]*tools search, edit/);
  assert.match(auditReport(found), /size is not known/);
});

test('what cannot be read is noted and counted as it stands', async () => {
  const found = await audit({
    's/SKILL.md': '---\nname: [\n---\none two',
    '.github/instructions/a.instructions.md': '---\napplyTo: x\none',
    '.vscode/mcp.json': '{ "servers": ',
  });
  assert.deepEqual(
    found.notes.map(({ name }) => name),
    ['s/SKILL.md', '.github/instructions/a.instructions.md', '.vscode/mcp.json'],
  );
  assert.deepEqual(
    found.texts.map(({ part, tokens }) => [part, tokens]),
    [
      ['body', 4],
      ['body', 2],
    ],
  );
});

test('an empty workspace is said to load nothing', async () => {
  assert.match(
    auditReport(await audit({})),
    /^# Always-loaded context: 0 tokens[\s\S]*No file of this workspace/,
  );
});

test('the report has a line for each file with its share, and says what was left out', async () => {
  const found = await audit({ 'AGENTS.md': 'one two three', 'CLAUDE.md': 'one' }, { leftOut: 2 });
  const report = auditReport(found, ({ uri, name }) => `[${name}](${uri})`);
  assert.match(
    report,
    /^# Always-loaded context: 4 tokens with every agent turn\n\nThey cost \$0\.004 per 1,000 turns/,
  );
  assert.match(
    report,
    /\| 3 +\| 75 % +\| \$0\.003 +\| \$0\.0003 +\| \[AGENTS\.md\]\(file:\/\/\/w\/AGENTS\.md\) \|/,
  );
  assert.match(report, /2 more files were found and not counted/);
});

test('more files than are taken, and longer ones, are left out and said', async () => {
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`${at}/AGENTS.md`, 'x']));
  assert.equal((await audit(many)).leftOut, 1);
  assert.equal((await audit({ 'AGENTS.md': 'x'.repeat(1_000_001) })).leftOut, 1);
});

test('where nothing would be billed, the report says so', async () => {
  const found = { ...(await audit({ 'AGENTS.md': 'one' })), simulated: true, priceVersion: 'free' };
  assert.match(
    auditReport(found),
    /With gpt-5-mini of \S+ \(simulated, nothing is billed\), free, as its provider is set\./,
  );
});

test('a comment in the list of servers that is not closed, however often it begins, is read in no time', async () => {
  const { tools } = await audit({ '.vscode/mcp.json': `{"servers": {"a": {}}} ${'/* '.repeat(200_000)}` });
  assert.deepEqual(tools[0]?.names, ['a']);
});

test('the beginning of a duplicate is cut between characters, and says that it is cut', async () => {
  const text = `${'word '.repeat(11)}abcd😀 and more`;
  const { duplicates } = await audit({ 'AGENTS.md': text, 'CLAUDE.md': text });
  assert.equal(duplicates[0]?.begins, `${'word '.repeat(11)}abcd😀…`);
  const short = await audit({ 'AGENTS.md': PARAGRAPH, 'CLAUDE.md': PARAGRAPH });
  assert.equal(short.duplicates[0]?.begins, PARAGRAPH);
});

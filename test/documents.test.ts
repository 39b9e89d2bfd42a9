/** What the documents say of settings, commands and stages is what the code says. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../protocol/setting-definitions.ts';
import { SWITCHABLE_STAGES } from '../protocol/switchable-stages.ts';
import { stages } from '../server/pipeline/pipeline.ts';
import { fakeDependencies } from './support/pipeline-fakes.ts';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');

/** First cells of the table under a heading. */
function firstCells(document: string, heading: string): string[] {
  const section = read(document).split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| ([^|]+) \|/gm)].map((row) =>
    (row[1] ?? '').trim().replaceAll('`', ''),
  );
  return rows.slice(1).filter((cell) => !/^-+$/.test(cell));
}

test('README lists every setting, in the order of the settings editor', () => {
  assert.deepEqual(
    firstCells('README.md', 'Settings'),
    SETTINGS.map((setting) => `farthing.${setting.key}`),
  );
});

test('README lists every front matter key of Farthing', () => {
  const keys = [...read('server/prompts/front-matter.ts').matchAll(/noted\('farthing\.(\w+)'/g)];
  assert.deepEqual(
    firstCells('README.md', 'Prompt files'),
    keys.map(([, key]) => key),
  );
});

test('README lists every step that a prompt can leave out, in the order of the pipeline', () => {
  const row = /^\| `off` \|.*$/m.exec(read('README.md'))?.[0] ?? '';
  const named = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name).slice(1);
  assert.deepEqual(named, [...Object.keys(SWITCHABLE_STAGES), 'budget']);
});

test('README lists every command under the name that the palette shows', () => {
  const manifest = JSON.parse(read('package.json')) as { contributes: { commands: { title: string }[] } };
  const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
  assert.deepEqual(
    firstCells('README.md', 'Commands'),
    manifest.contributes.commands.map(({ title }) => `Farthing: ${texts[title.replaceAll('%', '')]}`),
  );
});

test('ARCHITECTURE lists the stages of the pipeline in their order', () => {
  const list = stages(fakeDependencies());
  assert.deepEqual(firstCells('ARCHITECTURE.md', 'The pipeline'), [
    ...list.map((stage) => stage.name),
    '(provider)',
  ]);
});

test('every file that a document links to is there', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    for (const [, target = ''] of read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(existsSync(path(target)), `${document} links to ${target}`);
    }
  }
});

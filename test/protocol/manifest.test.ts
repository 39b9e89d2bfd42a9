import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PANEL_COMMANDS } from '../../protocol/panel-messages.ts';
import { SETTINGS } from '../../protocol/setting-definitions.ts';
import { defaultSettings, parseSettings } from '../../protocol/settings.ts';
import {
  configuration,
  restrictedConfigurations,
  settingTexts,
  sourceTexts,
  updateManifest,
} from '../../scripts/manifest.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const texts: Record<string, string> = JSON.parse(read('package.nls.json'));
const commands: string[] = manifest.contributes.commands.map((entry: { command: string }) => entry.command);

test('the manifest and the texts agree with what they are generated from', async () => {
  assert.deepEqual(await updateManifest(true), []);
});

test('a setting has its schema, its scope, its order and a description that can be translated', () => {
  const definition = {
    key: 'a.b',
    scope: 'machine',
    restricted: true,
    description: 'What it does.',
    schema: { type: 'boolean', default: true },
  } as const;
  assert.deepEqual(configuration([definition]), {
    title: 'Farthing',
    properties: {
      'farthing.a.b': {
        type: 'boolean',
        default: true,
        scope: 'machine',
        order: 0,
        markdownDescription: '%setting.a.b%',
      },
    },
  });
  assert.deepEqual(settingTexts([definition]), { 'setting.a.b': 'What it does.' });
  assert.deepEqual(restrictedConfigurations([definition]), ['farthing.a.b']);
});

test('the defaults of the manifest are settings without a problem', () => {
  const defaults = Object.fromEntries(SETTINGS.map(({ key, schema }) => [key, schema['default']]));
  // Of what all connections share, a default that is written is a value, and one that is not is none.
  const shared = { cacheMegabytes: defaults['cache.megabytes'], logLevel: defaults['log.level'] };
  assert.deepEqual(parseSettings(defaults), { settings: { ...defaultSettings(), ...shared }, problems: [] });
});

test('a repository cannot choose where requests go before it is trusted', () => {
  assert.ok(restrictedConfigurations().includes('farthing.providers'));
});

test('texts are found in calls with either quote', () => {
  assert.deepEqual(sourceTexts(`l10n.t('It\\'s {0}', x); l10n.t(\n "Say \\"a\\""); other('no')`), {
    "It's {0}": "It's {0}",
    'Say "a"': 'Say "a"',
  });
});

test('every placeholder of the manifest has its text, and every text is used', () => {
  const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
  assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
});

test('the extension is never activated by everything, and runs restricted where nothing is trusted', () => {
  for (const event of manifest.activationEvents as readonly string[])
    assert.match(event, /^(?:onLanguage:(?:prompt|instructions|chatagent|skill)$|workspaceContains:.)/);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
});

test('each command of the manifest is registered, and each that is registered is in the manifest', () => {
  const source = readdirSync(path.join(ROOT, 'client/features'))
    .map((file) => read(`client/features/${file}`))
    .join('\n');
  const registered = [...source.matchAll(/registerCommand\(\s*'([\w.]+)'/g)].map(([, name]) => name);
  assert.deepEqual(registered.sort(), [...commands].sort());
});

test('menus, walkthrough and panel name only commands that exist', () => {
  const { menus, submenus, walkthroughs } = manifest.contributes;
  const entries = Object.values<{ command?: string; submenu?: string }[]>(menus).flat();
  const inMenus = entries.flatMap(({ command, submenu }) => (submenu === undefined ? [command ?? ''] : []));
  // A menu within a menu is declared, and has something in it.
  const declared = (submenus as { id: string }[]).map(({ id }) => id);
  for (const { submenu } of entries)
    if (submenu !== undefined) assert.ok(declared.includes(submenu) && submenu in menus, submenu);
  const inWalkthrough = [
    ...JSON.stringify([walkthroughs, texts]).matchAll(/[mn]{2}and:(farthing\.\w+)/g),
  ].map(([, command]) => command ?? '');
  assert.ok(inWalkthrough.length > 0);
  for (const command of [...inMenus, ...inWalkthrough, ...PANEL_COMMANDS]) {
    assert.ok(commands.includes(command), command);
  }
});

test('a step of the walkthrough ticks: by a context key that the client sets, or by an event of VS Code', () => {
  const source = read('client/features/walkthrough.ts');
  const events = manifest.contributes.walkthroughs.flatMap(
    ({ steps }: { steps: { completionEvents: string[] }[] }) =>
      steps.flatMap(({ completionEvents }) => completionEvents),
  );
  // Keys of one editor are not seen by the walkthrough, nor is a command that a CodeLens runs.
  for (const event of events) {
    const [kind, what = ''] = event.split(/:| == /);
    if (kind === 'onContext') assert.ok(source.includes(`'${what}'`), event);
    else assert.ok(kind === 'onView' || (kind === 'onCommand' && commands.includes(what)), event);
    assert.notEqual(event, 'onCommand:farthing.runPrompt');
  }
  assert.ok(events.includes('onContext:farthing.budgetKept == odd'));
});

test('every file that the manifest names is there', () => {
  const files = [...read('package.json').matchAll(/"(media\/[\w./-]+)"/g)].map(([, file]) => file ?? '');
  assert.ok(files.length > 0);
  for (const file of files) assert.ok(existsSync(path.join(ROOT, file)), file);
});

/** The invariants of ARCHITECTURE.md that are absences: who imports whom, and what must not be in the sources. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCES = ['protocol', 'server', 'client', 'webview'].flatMap(sourcesIn);

interface Source {
  /** Path from the repository's root, with slashes. */
  readonly file: string;
  readonly text: string;
  /** What it imports: package names, and own files as paths from the root. */
  readonly imports: readonly string[];
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const file = path.posix.join(folder, name.split(path.sep).join('/'));
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      return { file, text, imports: importsOf(file, text) };
    });
}

/** Static imports, exports from, and dynamic imports with a literal name. */
function importsOf(file: string, text: string): string[] {
  const names = [...text.matchAll(/(?:^|[\s;])(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return names.map((name) => (name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name));
}

/** Imports of `pattern` outside of where they belong. */
function strays(pattern: RegExp, belongs: RegExp, among = SOURCES): string[] {
  return among
    .filter((source) => !belongs.test(source.file))
    .flatMap((source) =>
      source.imports.filter((name) => pattern.test(name)).map((name) => `${source.file} imports ${name}`),
    );
}

const among = (folder: RegExp) => SOURCES.filter((source) => folder.test(source.file));

test('the sources are found, with their imports', () => {
  assert.ok(SOURCES.length > 80);
  assert.ok(SOURCES.some((source) => source.imports.includes('better-sqlite3')));
  assert.ok(SOURCES.some((source) => source.imports.includes('server/pipeline/stage.ts')));
});

for (const folder of ['pipeline', 'prompts']) {
  test(`${folder}/ imports no edge`, () => {
    const edges =
      /^(server\/(storage|providers|gateway|lsp|cli|process)\/|node:(http|https|net|fs|child_process))/;
    assert.deepEqual(strays(edges, /^$/, among(new RegExp(`^server/${folder}/`))), []);
  });
}

const owners: readonly (readonly [string, RegExp, RegExp])[] = [
  ['js-tiktoken', /^js-tiktoken/, /^server\/tokens\//],
  ['the price table', /^@pydantic\/genai-prices/, /^server\/prices\//],
  ['openai', /^openai/, /^server\/providers\//],
  ['better-sqlite3', /^better-sqlite3/, /^server\/storage\//],
  ['node:http', /^node:https?$/, /^server\/(gateway|providers)\//],
  ['vscode-languageserver', /^vscode-languageserver$/, /^server\/lsp\//],
  ['vscode-languageclient', /^vscode-languageclient/, /^client\/daemon\//],
  ['chart.js', /^chart\.js/, /^webview\/charts\//],
  ['yaml', /^yaml$/, /^server\/prompts\//],
  ['ajv', /^ajv/, /^server\/gates\//],
  ["Lezer's grammars", /^@lezer\//, /^server\/grammars\//],
  ['vscode', /^vscode$/, /^client\//],
];
for (const [what, pattern, belongs] of owners) {
  test(`${what} is imported where it belongs`, () => assert.deepEqual(strays(pattern, belongs), []));
}

test('protocol/ imports nothing but itself', () => {
  assert.deepEqual(strays(/^(?!protocol\/)/, /^$/, among(/^protocol\//)), []);
});

test('the webview knows nothing but the protocol and charts', () => {
  assert.deepEqual(strays(/^(?!protocol\/|webview\/|chart\.js)/, /^$/, among(/^webview\//)), []);
});

test('the extension knows the daemon only through process/ and the protocol', () => {
  assert.deepEqual(strays(/^server\/(?!process\/)/, /^$/, among(/^client\//)), []);
});

test('the server knows nothing of the extension and the webview', () => {
  assert.deepEqual(strays(/^(client|webview)\//, /^$/, among(/^(server|protocol)\//)), []);
});

test('names are exported by name', () => {
  assert.deepEqual(
    SOURCES.filter((source) => /^export default/m.test(source.text)).map((source) => source.file),
    [],
  );
});

test('nothing is caught and forgotten, asserted away or left for later', () => {
  const forbidden =
    /catch(\s*\([^)]*\))?\s*\{\s*\}|\bas any\b(?! \w)|: any\b|@ts-(ignore|expect-error)|\bTODO\b|\bFIXME\b/;
  assert.deepEqual(
    SOURCES.filter((source) => forbidden.test(source.text)).map((source) => source.file),
    [],
  );
});

test('files have kebab-case names', () => {
  const names = SOURCES.filter(
    (source) => !/^[a-z0-9-]+(\.test)?\.ts$/.test(path.posix.basename(source.file)),
  );
  assert.deepEqual(
    names.map((source) => source.file),
    [],
  );
});

test('importing any module of the protocol, the pipeline or the prompts does nothing', async () => {
  const before = process.listenerCount('uncaughtException');
  for (const { file } of among(/^(protocol|server\/(pipeline|prompts|calls))\//))
    await import(path.join(ROOT, file));
  assert.equal(process.listenerCount('uncaughtException'), before);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((kind) => /Server|Timeout|Socket/.test(kind)),
    [],
  );
});

test('the manifest asks for no editor older than its types, and the types are those of that version', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    engines: { vscode: string };
    devDependencies: Record<string, string>;
    enabledApiProposals?: unknown;
  };
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
  assert.equal(manifest.enabledApiProposals, undefined, 'proposed API does not pass the Marketplace');
});

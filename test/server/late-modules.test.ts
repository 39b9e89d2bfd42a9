/** What the daemon loads only when somebody needs it: no static import leads there from where it starts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadOnce } from '../../server/load-once.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Own files from the root, and packages, that are loaded together with `entry`. Types are no imports. */
function loadedWith(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    for (const [, names = '', name = ''] of text.matchAll(
      /^(?:import|export)\s+(?!type\b)(?:([^;']*?)\s+from\s+)?'([^']+)'/gm,
    )) {
      const isTypesOnly = /^\{(?:\s*type\s[^,}]*,?)+\s*\}$/.test(names);
      if (isTypesOnly) continue;
      waiting.push(name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name);
    }
  }
  return seen;
}

const LATE: readonly (readonly [string, RegExp])[] = [
  ['grammars', /^@lezer\/|^server\/grammars\//],
  [
    'compression rules',
    /^server\/prompts\/compression\/(?:rules\.ts|rules\/|apply|suggest\.|read-passage|kept)/,
  ],
  ['gates and validators', /^ajv|^server\/gates\/gates\.ts$/],
  ["the provider's package", /^openai/],
  ['rank tables', /^js-tiktoken\/ranks/],
  ['prices', /^@pydantic\/genai-prices/],
  ['help with front matters', /^server\/lsp\/front-matter-help\.ts$/],
];
const atStart = loadedWith('server/daemon.ts');

test('static imports are followed', () => {
  assert.ok(atStart.size > 100);
  assert.ok(atStart.has('vscode-languageserver'));
  assert.ok(loadedWith('server/gates/json-schema.ts').has('ajv'));
});

for (const [what, pattern] of LATE)
  test(`the daemon starts without ${what}`, () =>
    assert.deepEqual(
      [...atStart].filter((name) => pattern.test(name)),
      [],
    ));

test('the gates load without grammars and without validators', () =>
  assert.deepEqual(
    [...loadedWith('server/gates/gates.ts')].filter((name) => /^@lezer\/|^ajv/.test(name)),
    [],
  ));

test('what is loaded once is loaded once, also by those who ask meanwhile', async () => {
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    return { loads };
  });
  const [one, other] = await Promise.all([load(), load()]);
  assert.equal(one, other);
  assert.equal(await load(), one);
  assert.equal(loads, 1);
});

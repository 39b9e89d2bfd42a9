/**
 * Generates what package.json says of the settings, and the texts that can be translated, from the one place where
 * each is written: `node scripts/manifest.ts` writes, `--check` fails where something has drifted.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SETTINGS, type SettingDefinition } from '../protocol/setting-definitions.ts';

const ROOT = path.dirname(import.meta.dirname);

type Json = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** `contributes.configuration`: each setting with its schema, its scope and its place in the settings editor. */
export function configuration(settings: readonly SettingDefinition[] = SETTINGS): Json {
  const properties = settings.map(({ key, scope, schema }, order) => [
    `farthing.${key}`,
    { ...schema, scope, order, markdownDescription: `%${textKey(key)}%` },
  ]);
  return { title: 'Farthing', properties: Object.fromEntries(properties) };
}

/** The settings that a repository cannot set before the user trusts it. */
export const restrictedConfigurations = (
  settings: readonly SettingDefinition[] = SETTINGS,
): readonly string[] => settings.filter(({ restricted }) => restricted).map(({ key }) => `farthing.${key}`);

/** The settings' descriptions, for package.nls.json. */
export const settingTexts = (settings: readonly SettingDefinition[] = SETTINGS): Texts =>
  Object.fromEntries(settings.map(({ key, description }) => [textKey(key), description]));

/** The texts of `vscode.l10n.t` and of buttons in a source file, each as its own translation. */
export function sourceTexts(source: string): Texts {
  const calls = source.matchAll(/(?:l10n\.t|\baction)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g);
  const texts = [...calls].map(([, single, double]) => (single ?? double ?? '').replace(/\\(.)/g, '$1'));
  return Object.fromEntries(texts.map((text) => [text, text]));
}

const textKey = (key: string): string => `setting.${key}`;

/** A generated file: what it should hold, given what it holds. */
interface Generated {
  readonly file: string;
  readonly update: (now: Json) => Json | Promise<Json>;
}

const GENERATED: readonly Generated[] = [
  {
    file: 'package.json',
    update: (manifest) => {
      const capabilities = manifest['capabilities'] as Json;
      return {
        ...manifest,
        capabilities: {
          ...capabilities,
          untrustedWorkspaces: {
            ...(capabilities['untrustedWorkspaces'] as Json),
            restrictedConfigurations: restrictedConfigurations(),
          },
        },
        contributes: { ...(manifest['contributes'] as Json), configuration: configuration() },
      };
    },
  },
  {
    file: 'package.nls.json',
    update: (texts) => ({
      ...Object.fromEntries(Object.entries(texts).filter(([key]) => !key.startsWith('setting.'))),
      ...settingTexts(),
    }),
  },
  { file: 'l10n/bundle.l10n.json', update: clientTexts },
];

async function clientTexts(): Promise<Json> {
  const folder = path.join(ROOT, 'client');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts')).sort();
  const texts = await Promise.all(
    files.map(async (file) => sourceTexts(await readFile(path.join(folder, file), 'utf8'))),
  );
  return Object.fromEntries(Object.entries(Object.assign({}, ...texts)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The generated files that do not hold what they should, written anew unless `check`. */
export async function updateManifest(check: boolean): Promise<readonly string[]> {
  const drifted: string[] = [];
  for (const { file, update } of GENERATED) {
    const target = path.join(ROOT, file);
    const now: Json = JSON.parse(await readFile(target, 'utf8'));
    const next = await update(now);
    if (isDeepStrictEqual(now, next)) continue;
    drifted.push(file);
    if (!check) await writeFile(target, `${JSON.stringify(next, null, 2)}\n`);
  }
  return drifted;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const drifted = await updateManifest(check);
  if (drifted.length === 0) console.log('The manifest agrees with its sources.');
  else if (check) {
    console.error(`Out of date: ${drifted.join(', ')}. Run "node scripts/manifest.ts".`);
    process.exitCode = 1;
  } else console.log(`Wrote ${drifted.join(', ')}.`);
}

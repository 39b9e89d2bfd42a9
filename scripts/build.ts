/**
 * `npm run build`: bundles the extension, the daemon and the panel into dist/.
 * Options: `--production` (minified, no source maps), `--target linux-x64` (by default this machine's).
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import type { Build } from '../protocol/version.ts';
import { ROOT, reason, seconds } from './run.ts';
import { databaseBinary, parseTarget, type Target, thisTarget } from './targets.ts';

/** What to build. */
export interface BuildOptions {
  /** Minified and without source maps, as packaged. Default: false. */
  readonly production?: boolean;
  /** The platform whose database binary goes in. Default: this machine's. */
  readonly target?: Target;
}

/** A bundle: what goes in, what comes out, in the order they are built. */
type Bundle = esbuild.BuildOptions & { readonly entryPoints: readonly string[] };

const DAEMON: Bundle = {
  entryPoints: ['server/main.ts', 'server/tokens/count-worker.ts'],
  outdir: 'dist/server',
  outbase: 'server',
  // All in one folder, because the code finds the worker and the database binary beside itself, in a chunk or not.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // Rank tables and the provider's package load only when they are first needed.
  splitting: true,
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
  },
};

/** What VS Code loads by `require`. */
const IN_EXTENSION_HOST = { platform: 'node', target: 'node22', format: 'cjs' } as const;

/** Where the extension finds its protocol client, from its own bundle: loaded with the first connection. */
const LANGUAGE_CLIENT_FILE = './language-client.cjs';

/**
 * `import * as vscode` becomes a copy of VS Code's API, property by property, for each file that has it: two thirds of
 * the time in which the extension loads. What require() gives is the API itself.
 */
const VSCODE_ITSELF: esbuild.Plugin = {
  name: 'vscode itself',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]client[\\/][^.]+\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        /^import \* as vscode from 'vscode';$/m,
        "const vscode = require('vscode');",
      ),
      loader: 'ts',
    }));
  },
};

const EXTENSION: Bundle = {
  entryPoints: ['client/extension.ts'],
  outfile: 'dist/client/extension.cjs',
  ...IN_EXTENSION_HOST,
  external: ['vscode', LANGUAGE_CLIENT_FILE],
  // The protocol's own package is in it, and the daemon's half of the connection asks for that by its own name.
  alias: {
    'vscode-languageclient/node': LANGUAGE_CLIENT_FILE,
    'vscode-languageserver-protocol/node': LANGUAGE_CLIENT_FILE,
  },
  plugins: [VSCODE_ITSELF],
};

/** Nine tenths of the extension's code, which VS Code would otherwise read before it can activate anything. */
const LANGUAGE_CLIENT: Bundle = {
  entryPoints: ['vscode-languageclient/node'],
  outfile: 'dist/client/language-client.cjs',
  ...IN_EXTENSION_HOST,
  external: ['vscode'],
};

const PANEL: Bundle = {
  entryPoints: ['webview/panel.ts', 'webview/panel.css'],
  outdir: 'dist/webview',
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
};

/** Builds everything into dist/ and returns the identity of the build. Throws with esbuild's messages. */
export async function build(options: BuildOptions = {}): Promise<Build> {
  const production = options.production ?? false;
  const identity = await identify(production);
  // Names of chunks change with their content, and a packaged build has no source maps: nothing old may stay.
  for (const folder of ['client', 'server', 'webview'])
    await rm(path.join(ROOT, 'dist', folder), { recursive: true, force: true });
  await Promise.all([
    ...[DAEMON, EXTENSION, LANGUAGE_CLIENT, PANEL].map((bundle) =>
      esbuild.build({
        ...settings(bundle, production),
        define: { __FARTHING_BUILD__: JSON.stringify(identity) },
      }),
    ),
    addDaemonFiles(options.target ?? thisTarget()),
  ]);
  return identity;
}

/**
 * The version, the hash of the daemon bundled without an identity, and the time of the first build with that hash,
 * which dist/build.json remembers: building again without a change is the same build.
 */
async function identify(production: boolean): Promise<Build> {
  const manifest: { version: string } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const { outputFiles } = await esbuild.build({
    ...settings(DAEMON, production),
    sourcemap: false,
    define: { __FARTHING_BUILD__: 'undefined' },
    write: false,
  });
  const hash = createHash('sha256');
  for (const file of outputFiles.toSorted((a, b) => (a.path < b.path ? -1 : 1))) hash.update(file.contents);
  const identity: Build = {
    version: manifest.version,
    hash: hash.digest('hex').slice(0, 16),
    builtAt: Date.now(),
  };

  const record = path.join(ROOT, 'dist/build.json');
  const before = await readFile(record, 'utf8').then(
    (text): Partial<Build> => JSON.parse(text),
    () => null,
  );
  if (before?.version === identity.version && before.hash === identity.hash && before.builtAt !== undefined)
    return { ...identity, builtAt: before.builtAt };
  await mkdir(path.dirname(record), { recursive: true });
  await writeFile(record, JSON.stringify(identity));
  return identity;
}

const settings = (bundle: Bundle, production: boolean): esbuild.BuildOptions => ({
  ...bundle,
  absWorkingDir: ROOT,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'silent',
});

/** What the daemon needs beside its code, so that a copy of the folder runs anywhere. */
async function addDaemonFiles(target: Target): Promise<void> {
  const folder = path.join(ROOT, 'dist/server');
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(path.join(folder, 'package.json'), '{"type":"module"}\n'),
    cp(
      path.join(ROOT, 'node_modules/better-sqlite3/prebuilds', databaseBinary(target)),
      path.join(folder, 'better-sqlite3.node'),
    ),
  ]);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { production: { type: 'boolean' }, target: { type: 'string' } } });
  const started = performance.now();
  try {
    const target = values.target === undefined ? thisTarget() : parseTarget(values.target);
    const { version, hash } = await build({ production: values.production ?? false, target });
    console.log(
      `Built ${version} (${hash}) for ${target} into dist/ in ${seconds(performance.now() - started)}.`,
    );
  } catch (error) {
    console.error(`The build failed: ${reason(error)}`);
    process.exitCode = 1;
  }
}

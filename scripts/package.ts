/**
 * `npm run package`: builds for one platform and packs farthing-<target>-<version>.vsix, without asking and without
 * the network. Option: `--target linux-x64` (by default this machine's).
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { build } from './build.ts';
import { ROOT, reason } from './run.ts';
import { parseTarget, type Target, thisTarget } from './targets.ts';

/** A packed extension. */
export interface Package {
  /** Absolute path of the VSIX. */
  readonly file: string;
  readonly bytes: number;
  /** Paths in it, relative to the repository, without the two files that describe a VSIX. */
  readonly contents: readonly string[];
}

/** A VSIX that grows beyond this carries something it should not. */
const LARGEST_PACKAGE_BYTES = 10_000_000;

/** All that goes in; what is not there is left out, unless the extension would do nothing without it. */
const CONTENTS = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/client',
  'dist/server',
  'dist/webview',
  'media',
  'l10n',
  '.vscodeignore',
];

const REQUIRED = [
  'package.json',
  'dist/client/extension.cjs',
  'dist/client/language-client.cjs',
  'dist/server/main.js',
  'dist/server/package.json',
  'dist/server/better-sqlite3.node',
  'dist/webview/panel.js',
  'dist/webview/panel.css',
];

/** Builds and packs. Throws when a file is missing or the package is too large. */
export async function packageExtension(target: Target = thisTarget()): Promise<Package> {
  await build({ production: true, target });
  const file = await packageFile(target);
  const folder = await stage();
  try {
    const contents = await listFiles({ cwd: folder, packageManager: PackageManager.None });
    const missing = REQUIRED.filter((required) => !contents.includes(required));
    if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}. See .vscodeignore.`);
    await createVSIX({
      cwd: folder,
      packagePath: file,
      target,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
      // The scan takes longer than all the rest and reads nothing but our own bundles and rank tables.
      allowPackageAllSecrets: true,
      allowPackageEnvFile: true,
    });
    const { size } = await stat(file);
    if (size > LARGEST_PACKAGE_BYTES)
      throw new Error(`${file} has ${size} bytes, more than the ${LARGEST_PACKAGE_BYTES} it may have.`);
    return { file, bytes: size, contents };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the package of a platform is, or would be. */
export async function packageFile(target: Target = thisTarget()): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  return path.join(ROOT, `farthing-${target}-${manifest.version}.vsix`);
}

/** Copies the contents aside, because vsce matches its patterns against every file below the folder it packs. */
async function stage(): Promise<string> {
  const parent = path.join(ROOT, '.farthing');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'package-'));
  const translations = (await readdir(ROOT)).filter((name) => /^package\.nls.*\.json$/.test(name));
  for (const name of [...CONTENTS, ...translations])
    if (existsSync(path.join(ROOT, name)))
      await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  return folder;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  try {
    const packed = await packageExtension(
      values.target === undefined ? thisTarget() : parseTarget(values.target),
    );
    const megabytes = (packed.bytes / 1_000_000).toFixed(2);
    console.log(`${packed.file}: ${megabytes} MB, ${packed.contents.length} files`);
  } catch (error) {
    console.error(`The package could not be made: ${reason(error)}`);
    process.exitCode = 1;
  }
}

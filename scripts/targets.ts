/** The platforms that Farthing is packaged for: one package each, because the database is native code. */

const TARGETS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
} as const;

/** A platform as the Marketplace names it. */
export type Target = keyof typeof TARGETS;

/** The platform of a name from a command line. Throws an error that lists the known ones. */
export function parseTarget(name: string): Target {
  const target = (Object.keys(TARGETS) as Target[]).find((candidate) => candidate === name);
  if (target === undefined)
    throw new Error(`"${name}" is no target. Use one of ${Object.keys(TARGETS).join(', ')}.`);
  return target;
}

/** The platform of this machine. Throws when there is no package for it. */
export function thisTarget(): Target {
  const system = process.platform === 'linux' && usesMusl() ? 'alpine' : process.platform;
  return parseTarget(`${system}-${process.arch}`);
}

/** File name of the platform's database binary in better-sqlite3's `prebuilds`. */
export const databaseBinary = (target: Target): string => `${TARGETS[target]}.node`;

/** Node's report names a glibc version where there is one; musl has none. */
function usesMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

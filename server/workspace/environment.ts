/** What a command of the user inherits. */
import path from 'node:path';

/** What programs need to find themselves and their user's folders. No key, no secret and nothing of Farthing passes. */
const INHERITED =
  /^(HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|XDG_(CACHE|CONFIG|DATA|STATE)_HOME|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|ProgramFiles|ProgramData|APPDATA|LOCALAPPDATA|USERPROFILE)$/i;

/**
 * The environment of a command, from the daemon's: a list of what may pass. A relative part of PATH would be looked up
 * in the copy, where the answer may have put a program of any name.
 */
export function commandEnvironment(
  environment: NodeJS.ProcessEnv,
  temporaryFolder: string,
): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && INHERITED.test(name),
  );
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter((one) => path.isAbsolute(one));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: folders.join(path.delimiter),
    TMPDIR: temporaryFolder,
    TEMP: temporaryFolder,
    TMP: temporaryFolder,
  };
}

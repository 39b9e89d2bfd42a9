/** Looks through everything that a daemon left in its state folder for what must never be there. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Keys of all tests begin like this; the words are those that VS Code's own files have, as in "task-specific". */
const KEY = /(?<!\b(?:ta|di|ma|ri|de))sk-[a-z][a-z-]{4,}/;

/** Names of files below `folder` that hold a key, or one of `texts`; never what they hold. */
export function filesWithSecrets(folder: string, texts: readonly string[] = []): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .filter((file) => {
      const bytes = readFileSync(file);
      // As bytes: a text is as secret in a database page or a dump as it is in a log.
      const wide = bytes.toString('utf16le');
      return (
        KEY.test(bytes.toString('latin1')) ||
        KEY.test(wide) ||
        texts.some((text) => bytes.includes(text) || wide.includes(text))
      );
    });
}

/** Throws when a file below `folder` holds a key. */
export function assertNoKeys(folder: string): void {
  const found = filesWithSecrets(folder);
  if (found.length > 0) throw new Error(`a key was written to ${found.join(', ')}`);
}

/** A file of front matter and body, as an audit sees it. */
import { FarthingError } from '../../../protocol/errors.ts';
import { findFrontMatter } from '../front-matter.ts';
import { readEntries } from '../yaml-entries.ts';

/** A file in its two halves. */
export interface Halves {
  readonly whole: string;
  readonly body: string;
  readonly bodyLine: number;
  readonly value: (key: string) => unknown;
  readonly problem: string | null;
}

/** Divides a file. Never throws: what cannot be read is the halves' `problem`. */
export function readHalves(text: string): Halves {
  const whole = text.replace(/^\uFEFF/, '');
  const found = findFrontMatter(whole);
  if (found === null) return { whole, body: whole, bodyLine: 0, value: () => undefined, problem: null };
  if (found === 'unclosed')
    return {
      whole,
      body: whole,
      bodyLine: 0,
      value: () => undefined,
      problem: 'The front matter has no closing line "---", so the whole file is counted. Close it.',
    };
  const entries = readEntries(found.yaml);
  const isBroken = entries instanceof FarthingError;
  return {
    whole,
    body: whole.slice(found.bodyOffset),
    bodyLine: found.lastLine + 1,
    value: (key) => (isBroken ? undefined : entries.find((entry) => entry.key === key)?.value),
    problem: isBroken
      ? 'The front matter is not valid YAML, so what it says is not known. Mend it, then audit again.'
      : null,
  };
}

import { atMargin } from '../../protocol/code-margin.ts';
import { fencesOf } from './code-blocks.ts';
import type { Gate, GateFinding } from './gate.ts';
import { LANGUAGES, type Language } from './grammars.ts';
import { TOO_LONG, withinTime } from './within-time.ts';

/** So much of a file is parsed, in UTF-16 code units. */
const MOST_CHARACTERS = 100_000;

/** Code that takes the place of other code leaves a file that parsed one that parses. */
export const codeInPlace: Gate = {
  name: 'code in place',
  weight: 'hard',
  check(answer, { expect }) {
    const { language, replaces, file } = expect?.codeBlock ?? { language: '', replaces: null, file: null };
    const known = LANGUAGES.get(language);
    const [block, ...more] = fencesOf(answer).blocks;
    if (known === undefined || replaces === null || file === null) return null;
    if (block === undefined || more.length > 0) return null;
    const { before, after } = file;
    if (before.length + after.length + Math.max(replaces.length, block.code.length) > MOST_CHARACTERS)
      return null;
    const code = atMargin(block.code, replaces, before.slice(before.lastIndexOf('\n') + 1));
    return checkFile(known, before + replaces + after, before + code + after);
  },
};

async function checkFile(language: Language, old: string, changed: string): Promise<GateFinding> {
  const grammar = await language.load();
  // A file that did not parse before may have its fault anywhere.
  const fault = withinTime(() => (grammar(old) === null ? grammar(changed) : null));
  if (fault === TOO_LONG)
    return { aside: 'Whether the file parses with the answer was not checked: it takes too long.' };
  return fault === null
    ? null
    : {
        gate: 'code in place',
        why: `With its code in the place of the selection the file does not parse any more: the fault is at line ${fault} of the file.`,
      };
}

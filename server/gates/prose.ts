/** The words of an answer without its code, as far as phrases are looked for. */
import { fencesOf } from './code-blocks.ts';
import type { Answer } from './gate.ts';

/** What a person reads first and last; phrases in between are of what the answer is about. */
const MOST_CHARACTERS = 20_000;

/** The answer's prose, with typographic apostrophes made plain: its beginning and its end where it is long. */
export function proseOf(answer: Answer): string {
  const { prose } = fencesOf(answer);
  const shown =
    prose.length <= 2 * MOST_CHARACTERS
      ? prose
      : `${prose.slice(0, MOST_CHARACTERS)}\n${prose.slice(-MOST_CHARACTERS)}`;
  return shown.replace(/[’ʼ]/g, "'");
}

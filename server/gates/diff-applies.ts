import type { Call } from '../pipeline/stage.ts';
import { contextBlocks } from '../prompts/context-blocks.ts';
import { fencesOf } from './code-blocks.ts';
import type { Answer, Gate } from './gate.ts';
import { quote } from './quote.ts';
import { firstMisfit, readUnifiedDiff } from './unified-diff.ts';

/** What stands in a file for lines that were left out of it. */
const LEFT_OUT = /^\[…|^\s*\.\.\.\s*$/m;

/** A unified difference in the answer fits the file that the prompt gives as `<context name="...">`. */
export const diffApplies: Gate = {
  name: 'diff applies',
  weight: 'hard',
  check: (answer, call) => {
    const diffs = diffsIn(answer).flatMap(readUnifiedDiff);
    if (diffs.length === 0) return null;
    const files = filesOf(call);
    for (const { from, hunks } of diffs) {
      const file = from === null ? undefined : fileNamed(files, from);
      if (from === null || file === undefined || LEFT_OUT.test(file.text)) continue;
      const misfit = firstMisfit(file.text, hunks);
      if (misfit !== -1)
        return {
          gate: 'diff applies',
          why: `Its diff does not apply to ${quote(from)}: the lines of hunk ${misfit + 1} are not in the file.`,
        };
    }
    return null;
  },
};

/** The unified differences of an answer: its blocks that are marked so, or all of it. */
export function diffsIn(answer: Answer): readonly string[] {
  const fenced = fencesOf(answer)
    .blocks.filter(({ language }) => ['diff', 'patch', 'udiff'].includes(language))
    .map(({ code }) => code);
  return /^(?:--- |diff --git )/.test(answer.text) ? [answer.text, ...fenced] : fenced;
}

interface NamedFile {
  readonly name: string;
  readonly text: string;
}

const filesOf = ({ messages }: Call): readonly NamedFile[] =>
  messages
    .filter(({ role }) => role !== 'assistant')
    .flatMap(({ content }) =>
      contextBlocks(content).map(({ name, textStart, textEnd }) => ({
        name,
        text: content.slice(textStart, textEnd),
      })),
    )
    .filter(({ name }) => name !== '');

/** The file of this name, or the only one whose path ends so; undefined where it is not sure which is meant. */
function fileNamed(files: readonly NamedFile[], name: string): NamedFile | undefined {
  const same = files.filter((file) => file.name === name);
  const found =
    same.length > 0
      ? same
      : files.filter((file) => file.name.endsWith(`/${name}`) || name.endsWith(`/${file.name}`));
  return found.length === 1 ? found[0] : undefined;
}

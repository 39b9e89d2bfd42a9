/** The changes of files that an answer proposes. */
import { fencesOf } from './code-blocks.ts';
import type { FileChange } from './command-runner.ts';
import { diffsIn } from './diff-applies.ts';
import type { Answer, StandsAside } from './gate.ts';
import { fileNameOf, isShortened } from './named-blocks.ts';
import { readUnifiedDiff } from './unified-diff.ts';

const DIFF_LANGUAGES = ['diff', 'patch', 'udiff'];

/**
 * The files that an answer changes, by its unified differences, or else by its blocks that name a file and are the
 * whole of it; why they cannot be told where that is so.
 */
export function fileChangesOf(answer: Answer): readonly FileChange[] | StandsAside {
  const { blocks } = fencesOf(answer);
  if (blocks.some(({ isClosed }) => !isClosed)) return { aside: `The answer is cut, so ${NOT_RUN}.` };
  const diffs = diffsIn(answer);
  if (diffs.some((text) => /^(?:GIT binary patch|Binary files .* differ)\s*$/m.test(text)))
    return { aside: `The answer changes a binary file, so ${NOT_RUN}.` };
  const files = diffs.flatMap(readUnifiedDiff);
  const moved = diffs.flatMap((text) => [...text.matchAll(/^rename to (.+?)\s*$/gm)].map(([, to]) => to));
  if (moved.some((to) => files.every((file) => file.to !== to)))
    return { aside: `The answer only renames a file, so ${NOT_RUN}.` };
  const patches = files
    .filter(({ from, to }) => from !== null || to !== null)
    .map(({ from, to, changes }): FileChange => ({ kind: 'patch', from, to, hunks: changes }));
  if (patches.length > 0) return patches;

  const named = blocks
    .filter(({ language }) => !DIFF_LANGUAGES.includes(language))
    .map((block) => ({ block, path: fileNameOf(block) }));
  const whole = named.flatMap(({ block, path }) => (path === null ? [] : [{ block, path }]));
  if (whole.some(({ block }) => isShortened(block)))
    return { aside: `The answer shows a file only in part, so ${NOT_RUN}.` };
  return whole.map(({ block, path }) => ({ kind: 'whole', path, text: `${block.code}\n` }));
}

/** How sentences of a check that was not made go on. */
export const NOT_RUN = 'the command of farthing.cascade.command was not run';

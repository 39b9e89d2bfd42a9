/** Makes the changes of an answer in a copy of a workspace, and nowhere else. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CommandResult, FileChange } from '../gates/command-runner.ts';
import { quote } from '../gates/quote.ts';
import { applyHunks } from '../gates/unified-diff.ts';
import { ifThere, isWithin } from './copy-workspace.ts';

/** Why changes are not made. */
export type Refusal = Extract<CommandResult, { readonly kind: 'unfit' | 'notRun' }>;

/** A shown file that has less of its lines than this is rather a part of it. */
const LEAST_SHARE = 0.5;
/** Of short files a half says nothing. */
const SHORT_LINES = 20;

/** Makes the changes, one after the other; null when all are made. The first that cannot be made ends it. */
export async function writeChanges(root: string, changes: readonly FileChange[]): Promise<Refusal | null> {
  for (const change of changes) {
    const refusal = change.kind === 'whole' ? await writeWhole(root, change) : await writePatch(root, change);
    if (refusal !== null) return refusal;
  }
  return null;
}

async function writeWhole(
  root: string,
  { path: written, text }: Extract<FileChange, { kind: 'whole' }>,
): Promise<Refusal | null> {
  const place = await placeOf(root, written);
  if (place === null) return outside(written);
  const before = await textOf(place);
  if (before === 'binary') return binary(written);
  const lines = linesOf(before ?? '');
  if (lines > SHORT_LINES && linesOf(text) < lines * LEAST_SHARE)
    return {
      kind: 'notRun',
      why: 'The answer shows a file that seems to be a part of it, so the command was not run.',
    };
  await write(place, text);
  return null;
}

async function writePatch(
  root: string,
  { from, to, hunks }: Extract<FileChange, { kind: 'patch' }>,
): Promise<Refusal | null> {
  const source = from === null ? null : await placeOf(root, from);
  const target = to === null ? null : await placeOf(root, to);
  if (from !== null && source === null) return outside(from);
  if (to !== null && target === null) return outside(to);
  const before = source === null ? '' : await textOf(source);
  if (before === null) return unfit(`Its diff changes ${quote(from ?? '')}, which is not in the workspace.`);
  if (before === 'binary') return binary(from ?? '');
  if (target !== null && target !== source && (await textOf(target)) !== null)
    return unfit(`Its diff makes ${quote(to ?? '')}, which is there already.`);
  const after = applyHunks(before, hunks);
  if (typeof after === 'number')
    return unfit(
      `Its diff does not apply to ${quote(from ?? '')}: the lines of hunk ${after + 1} are not in the file.`,
    );
  if (source !== null && source !== target) await rm(source);
  if (target !== null) await write(target, source === null && !after.endsWith('\n') ? `${after}\n` : after);
  return null;
}

/**
 * Where a path of the answer leads in the copy; null for one that leaves it, by its own words or by a link, and for
 * what no answer has to change: a history, and packages, which are those of the workspace itself.
 */
async function placeOf(root: string, written: string): Promise<string | null> {
  const isAbsolute = path.posix.isAbsolute(written) || path.win32.isAbsolute(written);
  // "c:x" is neither absolute nor relative, and "a.ts:x" a stream of a file.
  if (isAbsolute || /[\0:]/.test(written)) return null;
  const parts = path.posix
    .normalize(written.replaceAll('\\', '/'))
    .split('/')
    .filter((part) => part !== '.');
  const isForbidden = (part: string) => /^(?:\.\.|\.git|node_modules|)[. ]*$/i.test(part);
  if (parts.length === 0 || parts.some(isForbidden)) return null;
  const home = await realpath(root);
  let place = root;
  for (const part of parts) {
    place = path.join(place, part);
    const stats: Stats | null = await ifThere(lstat(place));
    if (stats === null) break;
    if (!stats.isSymbolicLink()) continue;
    const meant = await ifThere(realpath(place));
    if (meant === null || !isWithin(home, meant)) return null;
  }
  const target = path.join(root, ...parts);
  return (await ifThere(stat(target)))?.isDirectory() ? null : target;
}

/** The text of a file; null where there is none. */
async function textOf(place: string): Promise<string | 'binary' | null> {
  const bytes = await ifThere(readFile(place));
  if (bytes === null) return null;
  if (bytes.includes(0)) return 'binary';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Another encoding could be written back only by guessing.
    return 'binary';
  }
}

async function write(place: string, text: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text);
}

const linesOf = (text: string): number => text.split('\n').length;

const unfit = (why: string): Refusal => ({ kind: 'unfit', why });

const outside = (written: string): Refusal =>
  unfit(`Its change to ${quote(written)} is outside of the workspace.`);

const binary = (written: string): Refusal =>
  unfit(`Its change to ${quote(written)} cannot be made: that file is no text in UTF-8.`);

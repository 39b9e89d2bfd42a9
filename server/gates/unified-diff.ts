/** Unified differences of files, as `diff -u` and git write them. */

/** Changes of one file. */
export interface FileDiff {
  /** As the line `---` names it, without git's "a/"; null for a file that is new. */
  readonly from: string | null;
  /** For each hunk the lines that must be in the file, one after the other. */
  readonly hunks: readonly (readonly string[])[];
}

/** Reads the files of a difference. Counts in `@@` lines are not believed: models get them wrong, and tools recount. */
export function readUnifiedDiff(text: string): FileDiff[] {
  const files: { from: string | null; hunks: string[][] }[] = [];
  const lines = text.split(/\r?\n/);
  let isInHunk = false;
  for (const [index, line] of lines.entries()) {
    const file = files.at(-1);
    if (line.startsWith('--- ') && (lines[index + 1] ?? '').startsWith('+++ ')) {
      files.push({ from: nameOf(line.slice(4)), hunks: [] });
      isInHunk = false;
    } else if (line.startsWith('@@') && file !== undefined) {
      file.hunks.push([]);
      isInHunk = true;
    } else if (/^(?:diff --git|index |Index: )/.test(line)) isInHunk = false;
    else if (isInHunk && /^[ -]/.test(line)) file?.hunks.at(-1)?.push(line.slice(1));
    else if (isInHunk && line === '' && index < lines.length - 1) file?.hunks.at(-1)?.push('');
  }
  return files.map(({ from, hunks }) => ({ from, hunks: hunks.map(withoutBlankEnd) }));
}

/** A blank line after a hunk may be of the text around it. */
function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(0, last + 1);
}

function nameOf(written: string): string | null {
  const name = (written.split('\t')[0] ?? '').trim();
  return name === '/dev/null' ? null : name.replace(/^a\//, '');
}

/** Index of the first hunk that is not in the file after the one before it; -1 where all are. Linear. */
export function firstMisfit(file: string, hunks: readonly (readonly string[])[]): number {
  const lines = file.split(/\r?\n/).map((line) => line.trimEnd());
  let from = 0;
  for (const [index, hunk] of hunks.entries()) {
    const at = indexOfRun(
      lines,
      hunk.map((line) => line.trimEnd()),
      from,
    );
    if (at === -1) return index;
    from = at + hunk.length;
  }
  return -1;
}

/** Where `run` is in `lines` from `from` on, by Knuth, Morris and Pratt (1977); -1 for nowhere. */
function indexOfRun(lines: readonly string[], run: readonly string[], from: number): number {
  if (run.length === 0) return from;
  const borders = [0];
  for (let at = 1, length = 0; at < run.length; at += 1) {
    while (length > 0 && run[at] !== run[length]) length = borders[length - 1] ?? 0;
    if (run[at] === run[length]) length += 1;
    borders.push(length);
  }
  for (let at = from, length = 0; at < lines.length; at += 1) {
    while (length > 0 && lines[at] !== run[length]) length = borders[length - 1] ?? 0;
    if (lines[at] === run[length]) length += 1;
    if (length === run.length) return at - length + 1;
  }
  return -1;
}

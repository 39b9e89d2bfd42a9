/** Unified differences of files, as `diff -u` and git write them. */

/** One line of a hunk: of both files, only of the old one, or only of the new one. */
export interface HunkLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** One run of changed lines. */
export interface Hunk {
  /** Where it begins in the old file by its `@@` line, counted from 1; null where that says nothing. */
  readonly start: number | null;
  readonly lines: readonly HunkLine[];
}

/** Changes of one file. */
export interface FileDiff {
  /** As the line `---` names it, without git's "a/"; null for a file that is new. */
  readonly from: string | null;
  /** As the line `+++` names it, without git's "b/"; null for a file that goes. */
  readonly to: string | null;
  readonly changes: readonly Hunk[];
  /** For each hunk the lines that must be in the file, one after the other. */
  readonly hunks: readonly (readonly string[])[];
}

/** Reads the files of a difference. Counts in `@@` lines are not believed: models get them wrong, and tools recount. */
export function readUnifiedDiff(text: string): FileDiff[] {
  const files: {
    from: string | null;
    to: string | null;
    changes: { start: number | null; lines: HunkLine[] }[];
  }[] = [];
  const lines = text.split(/\r?\n/);
  let isInHunk = false;
  for (const [index, line] of lines.entries()) {
    const file = files.at(-1);
    const hunk = file?.changes.at(-1);
    const next = lines[index + 1] ?? '';
    if (line.startsWith('--- ') && next.startsWith('+++ ')) {
      files.push({ from: nameOf(line.slice(4), 'a/'), to: nameOf(next.slice(4), 'b/'), changes: [] });
      isInHunk = false;
    } else if (line.startsWith('@@') && file !== undefined) {
      file.changes.push({ start: startOf(line), lines: [] });
      isInHunk = true;
    } else if (/^(?:diff --git|index |Index: )/.test(line)) isInHunk = false;
    else if (isInHunk && /^[ +-]/.test(line))
      hunk?.lines.push({ sign: line.charAt(0) as HunkLine['sign'], text: line.slice(1) });
    else if (isInHunk && line === '' && index < lines.length - 1) hunk?.lines.push({ sign: ' ', text: '' });
  }
  return files.map((file) => ({ ...file, hunks: file.changes.map(oldLines).map(withoutBlankEnd) }));
}

const oldLines = ({ lines }: Hunk): readonly string[] =>
  lines.filter(({ sign }) => sign !== '+').map(({ text }) => text);

function startOf(line: string): number | null {
  const start = /^@@ -(\d{1,9})/.exec(line)?.[1];
  return start === undefined ? null : Number(start);
}

/**
 * The file with the changes made, in the ends of line that it has; the index of the first hunk that does not fit
 * otherwise. Lines of both files stay as they are in the file, whatever white space the difference ends them with.
 */
export function applyHunks(file: string, changes: readonly Hunk[]): string | number {
  const lines = file === '' ? [] : file.split('\n');
  const end = (lines[0] ?? '').endsWith('\r') ? '\r' : '';
  const bare = lines.map((line) => line.trimEnd());
  const result: string[] = [];
  let from = 0;
  for (const [index, hunk] of changes.entries()) {
    const own = hunk.lines.slice(
      0,
      hunk.lines.findLastIndex(({ sign, text }) => sign !== ' ' || text !== '') + 1,
    );
    const run = oldLines({ ...hunk, lines: own }).map((line) => line.trimEnd());
    // Without a line of the old file only its number says where it belongs.
    const at =
      run.length > 0
        ? indexOfRun(bare, run, from)
        : Math.max(from, Math.min(hunk.start ?? from, lines.length - (lines.at(-1) === '' ? 1 : 0)));
    if (at === -1) return index;
    result.push(...lines.slice(from, at));
    from = at;
    for (const { sign, text } of own)
      if (sign === '+') result.push(text + end);
      else {
        if (sign === ' ') result.push(lines[from] ?? '');
        from += 1;
      }
  }
  result.push(...lines.slice(from));
  return result.join('\n');
}

/** A blank line after a hunk may be of the text around it. */
function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(0, last + 1);
}

function nameOf(written: string, prefix: 'a/' | 'b/'): string | null {
  const name = (written.split('\t')[0] ?? '').trim();
  if (name === '/dev/null') return null;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
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

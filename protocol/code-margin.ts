/** Code that takes the place of other code, at that code's margin. */

/**
 * `answer` as it stands in the place of `replaced`: with the margin that all lines of that have. `before` is what
 * stands before it in its first line; where that is more than white space, the first line goes on in it, and the
 * others get its margin where they have less. Code that has its margin already is not touched.
 */
export function atMargin(answer: string, replaced: string, before: string): string {
  const lines = withoutBlankEdges(answer.split(/\r?\n/));
  if (before.trim() !== '') return behindText(lines, /^[ \t]*/.exec(before)?.[0] ?? '');
  const [has, wants] = [marginOf(lines), before + marginOf(replaced.split(/\r?\n/))];
  // What stands before the selection in its line stays there.
  return shifted(lines, has, wants).slice(before.length);
}

function behindText([first = '', ...rest]: readonly string[], margin: string): string {
  const has = marginOf(rest);
  const isDeepEnough = rest.every((line) => line.trim() === '') || has.startsWith(margin);
  const moved = isDeepEnough ? rest.join('\n') : shifted(rest, '', margin);
  return [first.trimStart(), ...(rest.length === 0 ? [] : [moved])].join('\n');
}

const shifted = (lines: readonly string[], from: string, to: string): string =>
  lines.map((line) => (line.trim() === '' ? '' : to + line.slice(from.length))).join('\n');

/** White space that every line begins with which is not blank. */
function marginOf(lines: readonly string[]): string {
  const margins = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  return margins.reduce(commonBeginning, margins[0] ?? '');
}

function commonBeginning(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

function withoutBlankEdges(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}

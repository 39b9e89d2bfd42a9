/** One rule of the document of all. */

/** The section of the rule that a path such as "/trailing-spaces.md" names, as a page of its own; null for none. */
export function rulePage(document: string, path: string): string | null {
  const name = path.replace(/^\//, '').replace(/\.md$/, '');
  const lines = document.split(/\r?\n/);
  const headings = headingsOf(lines);
  const start = headings.findIndex((index) => lines[index] === `### ${name}`);
  const from = headings[start];
  if (from === undefined) return null;
  const risk = headings.slice(0, start).findLast((index) => lines[index]?.startsWith('## '));
  const heading = risk === undefined ? '' : (lines[risk] ?? '').replace(/^## /, '');
  const section = lines.slice(from + 1, headings[start + 1]);
  return `${[`# ${name}`, '', heading, ...section].join('\n').trimEnd()}\n`;
}

/** Lines that are headings; examples in fences have some, too. */
function headingsOf(lines: readonly string[]): readonly number[] {
  const found: number[] = [];
  let fence: string | null = null;
  for (const [index, line] of lines.entries()) {
    const mark = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
    if (fence === null && mark === undefined && /^#{1,3} /.test(line)) found.push(index);
    if (mark !== undefined && fence === null) fence = mark;
    else if (fence !== null && line.trimEnd() === fence) fence = null;
  }
  return found;
}

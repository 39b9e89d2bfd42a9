/** Markdown's fenced code blocks, by CommonMark 0.31, section 4.5. */

/** One fenced block. */
export interface CodeBlock {
  /** First word after the fence, in lower case; "" for none. */
  readonly language: string;
  /** Everything after the fence, as it is written. */
  readonly info: string;
  /** The last line of prose before it that is not blank; "" for none. */
  readonly before: string;
  readonly code: string;
  /** False where the text ends before the block does. */
  readonly isClosed: boolean;
}

/** A text, taken apart. */
export interface Fenced {
  readonly blocks: readonly CodeBlock[];
  /** What is outside of the blocks. */
  readonly prose: string;
}

const OPENING = /^ {0,3}(?<fence>`{3,200}|~{3,200})[ \t]{0,9}(?<language>[^\s`{]{0,40})[^`]*$/;

/** Takes a text apart into its fenced blocks and its prose. Linear in the text. */
export function readFences(text: string): Fenced {
  if (!text.includes('```') && !text.includes('~~~')) return { blocks: [], prose: text };
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open: (Omit<CodeBlock, 'code' | 'isClosed'> & { fence: string; lines: string[] }) | null = null;
  let before = '';
  const close = (isClosed: boolean) => {
    if (open !== null) {
      const { fence: _fence, lines, ...named } = open;
      blocks.push({ ...named, code: lines.join('\n'), isClosed });
    }
    open = null;
    before = '';
  };
  for (const line of text.split(/\r?\n/)) {
    if (open === null) {
      const { fence, language = '' } = OPENING.exec(line)?.groups ?? {};
      if (fence !== undefined) {
        const info = line.trim().slice(fence.length).trim();
        open = { fence, language: language.toLowerCase(), info, before, lines: [] };
      } else {
        prose.push(line);
        if (line.trim() !== '') before = line.trim();
      }
    } else if (closes(line, open.fence)) close(true);
    else open.lines.push(line);
  }
  close(false);
  return { blocks, prose: prose.join('\n') };
}

function closes(line: string, fence: string): boolean {
  const bare = line.trim();
  const mark = fence.charAt(0);
  return bare.startsWith(fence) && bare === mark.repeat(bare.length);
}

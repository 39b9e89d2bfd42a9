/** Fenced blocks that say of which file they are the text. */
import type { CodeBlock } from './code-blocks.ts';

/** A path with an extension: anything else is too often no file. */
const PATH = String.raw`(?<path>[^\s\`*"'<>|:]{0,199}\.[A-Za-z0-9]{1,10})`;

/** In the line of the fence: `ts src/a.ts`, `ts:src/a.ts`, `ts title="src/a.ts"`. */
const IN_INFO = [
  new RegExp(String.raw`\b(?:title|file|filename|path)\s*=\s*["']?${PATH}["']?(?:\s|\}|$)`),
  new RegExp(String.raw`^[\w+#-]{0,40}[:\s]\s*${PATH}$`),
];

/** Alone in the line before: a heading, bold, in backticks, with a colon. */
const BEFORE = new RegExp(
  String.raw`^(?:#{1,6}\s+)?(?:(?:File|Datei|Filename|Path):\s*)?[*_\`]{0,4}${PATH}[*_\`]{0,4}:?[*_]{0,2}$`,
  'i',
);

/** In a comment that is the first line: `// src/a.ts`, `# filepath: src/a.ts`, `<!-- a.html -->`. */
const IN_COMMENT = new RegExp(
  String.raw`^\s*(?://|#|--|;|/\*|<!--)\s*(?:(?:file|filepath|filename|path):\s*)?${PATH}\s*(?:\*/|-->)?\s*$`,
  'i',
);

/** What stands for lines that are not shown: such a block is no whole file. */
const LEFT_OUT =
  /^\s*(?:\.\.\.|…|(?:\/\/|#|--|\/\*|<!--)\s*(?:\.\.\.|…).*|(?:\/\/|#|--|\/\*|<!--).{0,60}(?:existing|rest of|remaining|unchanged)\b.{0,60})\s*$/im;

/** The file that a block names; null for none. */
export function fileNameOf({ info, before, code }: CodeBlock): string | null {
  const first = code.slice(0, 300).split('\n', 1)[0] ?? '';
  for (const [pattern, line] of [...IN_INFO.map((one) => [one, info] as const), [BEFORE, before] as const])
    if (line.length <= 300) {
      const path = pattern.exec(line)?.groups?.['path'];
      if (path !== undefined) return path;
    }
  // A slash tells a path from a name in a sentence, such as `# Node.js`.
  const path = IN_COMMENT.exec(first)?.groups?.['path'];
  return path?.includes('/') === true ? path : null;
}

/** True for a block that leaves lines out. */
export const isShortened = ({ code }: CodeBlock): boolean => LEFT_OUT.test(code);

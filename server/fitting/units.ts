/** Texts cut into the units that are kept or dropped whole: sentences of prose, declarations of code. */
import { codeUnits } from './code-units.ts';
import { proseUnits } from './prose-units.ts';
import type { Unit } from './unit.ts';

/** A text in its units. Together they are the whole text, in its order; nothing is in two of them. */
export interface CutText {
  readonly isCode: boolean;
  readonly units: readonly Unit[];
}

/** Cuts a text as what it looks like. */
export function cut(text: string): CutText {
  const code = isCode(text);
  return { isCode: code, units: code ? codeUnits(text) : proseUnits(text) };
}

/** Share of lines that end or begin as code does, from which a text is taken for code. */
const CODE_SHARE = 0.3;
const CODE_LINES = [
  /[{};]$/,
  /^\s*(?:import|export|from|def|class|func|fn|pub|return|const|let|var|if|for|while|public|private|#include|package|@\w+)\b.*[({:;'"\w)]$/,
  /^\s+(?:self|this)\./,
  /=>/,
  /^\s*\/\//,
  /^\s{2,}[\w.[\]'"]+\s*[-+*/|&]?=\s/,
  /^\s{2,}\S.*[(),[\]]$/,
];
/** So much is looked at: characters of the text, its lines, and characters of a line. */
const SAMPLE_LENGTH = 6000;
const SAMPLE_LINES = 60;
const SAMPLE_LINE_LENGTH = 200;

/** True for what looks like the source of a program. */
export function isCode(text: string): boolean {
  const lines = text
    .slice(0, SAMPLE_LENGTH)
    .split('\n', SAMPLE_LINES)
    .map((line) => line.slice(0, SAMPLE_LINE_LENGTH).trimEnd())
    .filter((line) => line !== '');
  const like = lines.filter((line) => CODE_LINES.some((form) => form.test(line))).length;
  return lines.length > 1 && like / lines.length >= CODE_SHARE;
}

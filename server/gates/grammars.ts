/** Whether code parses, by the language that its block names. */
import { javascript } from '../grammars/javascript.ts';
import { python } from '../grammars/python.ts';
import { yamlFaultLine } from '../prompts/yaml-fault.ts';

/** Null where the code parses, or the line of the fault, counted from 1. */
export type Grammar = (code: string) => number | null;

/** A parser that throws at the first fault, with its place: Lezer's own way to be strict. */
interface StrictParser {
  parse(code: string): unknown;
}

/** UTF-16 offset of the first fault; null for none. */
function faultAt(parser: StrictParser, code: string): number | null {
  try {
    parser.parse(code);
    return null;
  } catch (error) {
    return Number(/\d+$/.exec(error instanceof Error ? error.message : '')?.[0] ?? 0);
  }
}

const lineAt = (code: string, offset: number): number => code.slice(0, offset).split('\n').length;

/** What a part of a file may stand in: a module, a class, an object, an expression. */
const SURROUNDINGS = [
  ['', ''],
  ['class Part {', '\n}'],
  ['({', '\n})'],
  ['(', '\n)'],
] as const;

/** Elements side by side. Anything else would be their text, which always parses. */
const FRAGMENT = ['(<>', '\n</>)'] as const;

const DIALECTS: Readonly<Record<string, readonly string[]>> = {
  javascript: ['jsx'],
  // In the one "<T>x" is a cast, in the other JSX.
  typescript: ['ts', 'ts jsx'],
};

function scriptGrammar(dialects: readonly string[]): Grammar {
  const parsers = dialects.map((dialect) => javascript.configure({ strict: true, dialect }));
  return (code) => {
    const plain = withoutGaps(code);
    const surroundings = /^\s*</.test(plain) ? [...SURROUNDINGS, FRAGMENT] : SURROUNDINGS;
    const faults = surroundings.flatMap(([before, after]) =>
      parsers.map((parser) => () => {
        const fault = faultAt(parser, `${before}${plain}${after}`);
        return fault === null ? null : Math.min(Math.max(0, fault - before.length), plain.length);
      }),
    );
    let first: number | null = null;
    for (const find of faults) {
      const fault = find();
      if (fault === null) return null;
      first ??= lineAt(plain, fault);
    }
    return dialects.includes('ts') && UNKNOWN_TYPES.test(plain) ? null : first;
  };
}

/** What Lezer's grammar of TypeScript does not know yet, as what it knows, and of the same number of lines. */
const withoutGaps = (code: string): string =>
  code
    .replace(/(\)[ \t]*:|=>)[ \t]*(?:asserts[ \t]+)?[\w$]{1,80}[ \t]+is[ \t]/g, '$1 ')
    .replace(/\bimport\([^()\n]{1,200}\)(?:\.default\b)?/g, 'Imported')
    .replace(/\bdeclare[ \t]+module[ \t]+(?:"[^"\n]{0,200}"|'[^'\n]{0,200}')/g, 'declare namespace Named')
    .replace(/\b(?:ex|im)port[ \t]*(?:[\w$]{1,80},[ \t]*)?\{[^{}]{0,4000}\}/g, (names) =>
      names.replace(/([{,]\s*)type[ \t]+(?=[\w$])/g, '$1'),
    );

/** Types that it does not know and that are not made into others: TypeScript with one of them is not judged. */
const UNKNOWN_TYPES =
  /\binfer[ \t]|\bdeclare[ \t]|\basserts[ \t]|\babstract[ \t]+new\b|\bunique[ \t]+symbol\b|\bexport[ \t]*=|=[ \t]*require\(|\bnamespace[ \t]/;

const STRICT_PYTHON = python.configure({ strict: true });

const pythonGrammar: Grammar = (code) => {
  const plain = `${dedent(code.replaceAll('\f', ''))
    .replace(/\byield[ \t]*$/gm, 'yield None')
    .replace(/(\d)\.(?=\s)/g, '$1.0')}\n`;
  const fault = faultAt(STRICT_PYTHON, plain);
  return fault === null ? null : lineAt(plain, Math.min(fault, plain.length - 1));
};

/** The code without the margin that all of its lines have. */
function dedent(code: string): string {
  const lines = code.split('\n');
  const margins = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const margin = margins.reduce((least, one) => Math.min(least, one), Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(Math.min(margin, line.length - line.trimStart().length))).join('\n');
}

/** One value, or one a line as in JSON Lines. */
const jsonGrammar: Grammar = (code) => {
  const fault = jsonFaultAt(code);
  if (fault === null) return null;
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  return lines.every((line) => jsonFaultAt(line) === null) ? null : lineAt(code, fault);
};

/** V8 says where in its message; it does not where the text ends too early. */
function jsonFaultAt(text: string): number | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const at = /\bposition (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return at === undefined ? text.trimEnd().length : Number(at);
  }
}

/** A language that can be checked. */
export interface Language {
  readonly name: string;
  readonly grammar: Grammar;
}

const JAVASCRIPT: Language = { name: 'JavaScript', grammar: scriptGrammar(DIALECTS['javascript'] ?? []) };
const TYPESCRIPT: Language = { name: 'TypeScript', grammar: scriptGrammar(DIALECTS['typescript'] ?? []) };
const PYTHON: Language = { name: 'Python', grammar: pythonGrammar };
const JSON_TEXT: Language = { name: 'JSON', grammar: jsonGrammar };
const YAML: Language = { name: 'YAML', grammar: yamlFaultLine };

/** Languages by the word after a fence. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ...['js', 'javascript', 'jsx', 'mjs', 'cjs', 'node'].map((word) => [word, JAVASCRIPT] as const),
  ...['ts', 'typescript', 'tsx', 'mts', 'cts'].map((word) => [word, TYPESCRIPT] as const),
  ...['py', 'python', 'python3'].map((word) => [word, PYTHON] as const),
  ['json', JSON_TEXT],
  ...['yaml', 'yml'].map((word) => [word, YAML] as const),
]);

/** Whether Python parses. */
import { python } from '../grammars/python.ts';
import { faultAt, type Grammar, lineAt } from './grammar.ts';

const STRICT_PYTHON = python.configure({ strict: true });

/** A module, or a part of one at any margin. */
export const pythonGrammar: Grammar = (code) => {
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

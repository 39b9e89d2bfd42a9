/** Whether JSON parses. */
import { type Grammar, lineAt } from './grammar.ts';

/** One value, or one a line as in JSON Lines. */
export const jsonGrammar: Grammar = (code) => {
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

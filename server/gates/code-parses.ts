import { type CodeBlock, fencesOf } from './code-blocks.ts';
import type { Complaint, Gate } from './gate.ts';
import { LANGUAGES } from './grammars.ts';
import { TOO_LONG, withinTime } from './within-time.ts';

/** So much code is parsed of one answer, in UTF-16 code units: some tens of milliseconds. */
const MOST_CHARACTERS = 100_000;

/**
 * Fenced code of a language that we know parses, by itself or as part of a class, an object or an expression. Code
 * that leaves something out ("...") is an illustration, a session or a difference of files is none: nobody parses it.
 */
export const codeParses: Gate = {
  name: 'code parses',
  weight: 'hard',
  check: (answer) => {
    // All of them within one limit: there may be thousands of small ones.
    const found = withinTime(() => faultIn(fencesOf(answer).blocks));
    return found === TOO_LONG
      ? { aside: 'The code of the answer was not checked: it takes too long to parse.' }
      : found;
  },
};

function faultIn(blocks: readonly CodeBlock[]): Complaint | null {
  let room = MOST_CHARACTERS;
  for (const block of blocks) {
    const language = LANGUAGES.get(block.language);
    room -= block.code.length;
    if (language === undefined || room < 0 || block.code.trim() === '') continue;
    const line = language.grammar(withoutElisions(block.code));
    if (line === null || isIllustration(block)) continue;
    const why = block.isClosed
      ? `Its ${language.name} does not parse: the fault is at line ${line} of its code.`
      : `Its ${language.name} does not parse: the code block is not closed.`;
    return { gate: 'code parses', why };
  }
  return null;
}

/** Lines that only say that something is left out are left out, and the count of lines is kept. */
const withoutElisions = (code: string): string => code.replace(/^[ \t]*(?:\.\.\.|…)[ \t]*;?[ \t]*$/gm, '');

/** What nobody would run as it stands. */
function isIllustration({ language, code }: CodeBlock): boolean {
  // Left out: "...", but not "...rest", or a placeholder such as <your key> or {{ key }}.
  if (/\.\.\.(?![\p{L}_$[({])|…|\{\{|\{%|<(?:your|insert|path|the)[ _-]/iu.test(code)) return true;
  // A session at a prompt, or lines taken out and put in.
  if (/^[ \t]*(?:>>>|>|\$|In \[\d+\]:|%\w|!\w)[ \t]?/m.test(code) || /^[+-](?:\s|\w)/m.test(code))
    return true;
  return language === 'json' && /\/\/|\/\*/.test(code);
}

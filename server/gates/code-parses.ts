import { type CodeBlock, fencesOf } from './code-blocks.ts';
import type { Gate } from './gate.ts';
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
    let room = MOST_CHARACTERS;
    for (const block of fencesOf(answer).blocks) {
      const language = LANGUAGES.get(block.language);
      room -= block.code.length;
      if (language === undefined || room < 0 || block.code.trim() === '') continue;
      const code = withoutElisions(block.code);
      const line = withinTime(() => language.grammar(code));
      if (line === TOO_LONG)
        return { aside: `The ${language.name} of the answer was not checked: it takes too long to parse.` };
      if (line === null || isIllustration(block)) continue;
      const why = block.isClosed
        ? `Its ${language.name} does not parse: the fault is at line ${line} of its code.`
        : `Its ${language.name} does not parse: the code block is not closed.`;
      return { gate: 'code parses', why };
    }
    return null;
  },
};

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

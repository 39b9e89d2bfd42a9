import { type CodeBlock, fencesOf } from './code-blocks.ts';
import type { Complaint, Gate, GateFinding } from './gate.ts';
import type { Grammar } from './grammar.ts';
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
  check(answer, { expect }) {
    const blocks = parsedOf(fencesOf(answer).blocks);
    return blocks.length === 0 ? null : checkBlocks(blocks, expect?.codeBlock?.replaces ?? null);
  },
};

/** Those of a language that we know, as many as there is room for. */
function parsedOf(blocks: readonly CodeBlock[]): readonly CodeBlock[] {
  let room = MOST_CHARACTERS;
  return blocks.filter(({ language, code }) => {
    room -= code.length;
    return room >= 0 && LANGUAGES.has(language) && code.trim() !== '';
  });
}

async function checkBlocks(blocks: readonly CodeBlock[], replaced: string | null): Promise<GateFinding> {
  const grammars = new Map<string, Grammar>();
  for (const word of new Set(blocks.map(({ language }) => language))) {
    const language = LANGUAGES.get(word);
    if (language !== undefined) grammars.set(word, await language.load());
  }
  // All of them within one limit: there may be thousands of small ones.
  const found = withinTime(() => faultIn(blocks, grammars, replaced));
  return found === TOO_LONG
    ? { aside: 'The code of the answer was not checked: it takes too long to parse.' }
    : found;
}

function faultIn(
  blocks: readonly CodeBlock[],
  grammars: ReadonlyMap<string, Grammar>,
  replaced: string | null,
): Complaint | null {
  for (const block of blocks) {
    const grammar = grammars.get(block.language);
    const line = grammar?.(withoutElisions(block.code)) ?? null;
    if (grammar === undefined || line === null || isIllustration(block)) continue;
    // What takes the place of a part, such as one branch, is a part as well.
    if (replaced !== null && grammar(replaced) !== null) continue;
    const name = LANGUAGES.get(block.language)?.name;
    const why = block.isClosed
      ? `Its ${name} does not parse: the fault is at line ${line} of its code.`
      : `Its ${name} does not parse: the code block is not closed.`;
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

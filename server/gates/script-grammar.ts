/** Whether JavaScript and TypeScript parse. */
import { javascript } from '../grammars/javascript.ts';
import { faultAt, type Grammar, lineAt } from './grammar.ts';

/** What a part of a file may stand in: a module, a class, an object, an expression. */
const SURROUNDINGS = [
  ['', ''],
  ['class Part {', '\n}'],
  ['({', '\n})'],
  ['(', '\n)'],
] as const;

/** Elements side by side. Anything else would be their text, which always parses. */
const FRAGMENT = ['(<>', '\n</>)'] as const;

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

/** JavaScript, with JSX. */
export const javascriptGrammar: Grammar = scriptGrammar(['jsx']);

/** TypeScript: in the one dialect "<T>x" is a cast, in the other JSX. */
export const typescriptGrammar: Grammar = scriptGrammar(['ts', 'ts jsx']);

import { fencesOf } from './code-blocks.ts';
import type { Gate } from './gate.ts';
import { shownTo } from './question.ts';
import { quote } from './quote.ts';
import { shownObjects } from './shown-objects.ts';

/** So much code of one answer is read, in UTF-16 code units. */
const MOST_CHARACTERS = 100_000;

const CALLED = /(?<![\w$.])([\w$]{1,80})\.([\w$]{2,80})\(/g;
const WORD = /[\w$]+/g;

/** What every object has. */
const INHERITED = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
]);

/**
 * Code calls no member that does not exist: one of an object which the prompt shows whole, and whose name stands
 * nowhere in the prompt or, but for its calls, in the answer.
 */
export const knownMembers: Gate = {
  name: 'known members',
  weight: 0.6,
  check: (answer, call) => {
    const code = fencesOf(answer)
      .blocks.map((block) => block.code)
      .join('\n')
      .slice(0, MOST_CHARACTERS);
    if (!code.includes('.')) return null;
    const shown = shownTo(call);
    const objects = shownObjects(shown, code);
    if (objects.size === 0) return null;
    const words = new Set(shown.match(WORD));
    const made = wordsMade(code);
    for (const [, object = '', member = ''] of code.matchAll(CALLED))
      if (objects.has(object) && !words.has(member) && !made.has(member) && !INHERITED.has(member))
        return {
          gate: 'known members',
          why: `It calls ${quote(`${object}.${member}`)}, which the given code does not have.`,
        };
    return null;
  },
};

/** Words of the code that are not only called as members: it may define them itself. */
function wordsMade(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const match of code.matchAll(/[\w$]+/g)) {
    const end = match.index + match[0].length;
    const isCalled = code.charAt(match.index - 1) === '.' && code.charAt(end) === '(';
    if (!isCalled) words.add(match[0]);
  }
  return words;
}

/** Objects of which all members are shown: classes without a base, object literals without a spread. */

/** So much of what is shown is read, in UTF-16 code units. */
const MOST_CHARACTERS = 400_000;

/** A body that is longer is not looked at. */
const MOST_BODY = 50_000;

/** Names of objects and instances whose members are all to be seen; empty where too much is shown. */
export function shownObjects(shown: string, answered: string): ReadonlySet<string> {
  const text = shown.length > MOST_CHARACTERS ? '' : shown;
  const objects = new Set<string>();
  const classes = new Set<string>();
  for (const match of text.matchAll(/\b(?:const|let|var)[ \t]+([\w$]{2,80})[ \t]*=[ \t]*\{/g))
    if (isClosedBody(text, match.index + match[0].length)) objects.add(match[1] ?? '');
  // No base, no decorator's magic, no index signature or proxy: what it has is what stands there.
  for (const match of text.matchAll(/\bclass[ \t]+([\w$]{2,80})[ \t]*\{/g))
    if (isClosedBody(text, match.index + match[0].length)) classes.add(match[1] ?? '');
  for (const [, name = ''] of text.matchAll(/^class[ \t]+(\w{2,80})(?:\([ \t]*\))?:/gm)) classes.add(name);
  if (/\b(?:__getattr__|setattr|Proxy|Object\.assign|defineProperty|prototype)\b/.test(text))
    return new Set();
  for (const source of [text, answered.slice(0, MOST_CHARACTERS)])
    for (const [, name = '', made = ''] of source.matchAll(
      /\b([\w$]{1,80})[ \t]*=[ \t]*(?:new[ \t]+)?([\w$]{2,80})\(/g,
    ))
      if (classes.has(made)) objects.add(name);
  return objects;
}

/** True for a body in braces that ends in the text and takes nothing over from elsewhere. */
function isClosedBody(text: string, start: number): boolean {
  let depth = 1;
  const end = Math.min(text.length, start + MOST_BODY);
  for (let at = start; at < end; at += 1) {
    const character = text.charAt(at);
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth === 0) return !/\.\.\.|…|\[[\w$]+[ \t]*:/.test(text.slice(start, at));
  }
  return false;
}

/**
 * JSON as text. Numbers, strings, the order of keys and keys that stand twice stay byte for byte: only white space
 * outside of strings is ever seen as something that may go, and whether it may is proven by parsing.
 */
import type { Span } from '../../prompt-part.ts';
import { type Replacement, replaced } from './places.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * What makes `text` minified, or null where it is not JSON: one value, or a value per line, whose lines stay lines.
 * `variables` stay as they are with one character of the white space beside them, since `}}}` is no end of a tag.
 */
export function minifyingJson(text: string, variables: readonly Span[]): readonly Replacement[] | null {
  const masked = withVariablesMasked(text, variables);
  const before = valuesOf(masked);
  if (before === null) return null;
  const edges = new Set(variables.flatMap(({ start, end }) => [start, end]));
  const shortened: Replacement[] = [];
  for (const { start, end, depth } of blanksOf(masked)) {
    if (start === 0 || end === masked.length) continue;
    const lineEnd = depth === 0 ? /\r\n|\r|\n/.exec(masked.slice(start, end))?.[0] : undefined;
    const replacement = lineEnd ?? (edges.has(start) || edges.has(end) ? text.slice(start, start + 1) : '');
    if (replacement.length < end - start) shortened.push({ start, end, replacement });
  }
  return valuesOf(replaced(masked, shortened)) === before ? shortened : null;
}

/** The values in one spelling, for a comparison; null where the text is neither a value nor a value per line. */
function valuesOf(text: string): string | null {
  const whole = canonical(text);
  if (whole !== null) return whole;
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const values = lines.map(canonical);
  return lines.length > 1 && values.every((value) => value !== null) ? values.join('\n') : null;
}

function canonical(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // It is not JSON, or nested deeper than the stack: both are left as they are.
    return null;
  }
}

/** The text with a string of the same length in place of each variable, or text in the string that it stands in. */
function withVariablesMasked(text: string, variables: readonly Span[]): string {
  const parts: string[] = [];
  let end = 0;
  let inString = false;
  for (const variable of variables) {
    const between = text.slice(end, variable.start);
    inString = endsInString(between, inString);
    const length = variable.end - variable.start;
    parts.push(between, inString ? 'v'.repeat(length) : `"${'v'.repeat(Math.max(0, length - 2))}"`);
    end = variable.end;
  }
  return parts.join('') + text.slice(end);
}

function endsInString(text: string, beganInString: boolean): boolean {
  let inString = beganInString;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) inString = !inString;
    else if (unit === BACKSLASH && inString) index++;
  }
  return inString;
}

/** The stretches of white space outside of strings, with the brackets that are open there. */
function* blanksOf(text: string): Iterable<Span & { readonly depth: number }> {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) {
      index = endOfString(text, index);
    } else if (unit === 0x7b || unit === 0x5b) {
      depth++;
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    } else if (isJsonBlank(unit)) {
      const start = index;
      while (isJsonBlank(text.charCodeAt(index + 1))) index++;
      yield { start, end: index + 1, depth };
    }
  }
}

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== QUOTE)
    index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  return index;
}

const isJsonBlank = (unit: number): boolean =>
  unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

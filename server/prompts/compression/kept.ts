/**
 * What no rule changes: variables and template tags, code, quoted text, identifiers, numbers with their units,
 * negations, names and addresses. One walk from left to right; where it is not sure, it keeps.
 */
import {
  AT,
  BRACKET,
  COMMENT,
  DIRECTIVE,
  DOLLAR,
  EMAIL,
  HASH,
  NUMBER,
  PATH,
  TAG,
  URL_TEXT,
  VARIABLE,
  WORD,
} from './kept-patterns.ts';
import { isDigit, isWordUnit, kindOfWord, plainWordEnd, unspaced } from './kept-word.ts';
import { UNIT, UNSPACED_NEGATION } from './kept-words.ts';
import { type Known, settle, variablesOf } from './known-stretches.ts';
import type { Kept, KeptKind } from './prompt-text.ts';

/** How far a quotation or a tag may reach; it bounds what a mark without a partner costs. */
const LONGEST_QUOTE = 600;
const LONGEST_APOSTROPHE_QUOTE = 200;

/** Everything that is kept in `text`, in order and without overlaps; `known` in order too. */
export function findKept(text: string, known: readonly Known[] = []): Kept[] {
  const kept: Kept[] = [];
  let at = 0;
  let next = 0;
  /** True where a capital letter says nothing, because a sentence begins. */
  let begins = true;
  const marks = new Map<string, number>();

  function keep(kind: KeptKind, end: number): void {
    kept.push({ kind, start: at, end });
    at = end;
    begins = false;
  }

  function match(pattern: RegExp): number {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : 0;
  }

  function tryKeep(kind: KeptKind, pattern: RegExp): boolean {
    const end = match(pattern);
    if (end > at) keep(kind, end);
    return end > 0;
  }

  /** Where the next mark of that kind stands behind this place; each is looked for once, or marks without partners add up. */
  function nextMark(mark: string): number {
    const known = marks.get(mark);
    if (known !== undefined && known > at) return known;
    const found = text.indexOf(mark, at + 1);
    const place = found === -1 ? Number.POSITIVE_INFINITY : found;
    marks.set(mark, place);
    return place;
  }

  function quotation(close: string, longest: number): boolean {
    const end = nextMark(close);
    if (end - at > longest) return false;
    if (/\n[ \t]*\r?\n/.test(text.slice(at, end))) return false;
    keep('quoted', end + close.length);
    return true;
  }

  function apostrophe(): boolean {
    if (isWordUnit(text.charCodeAt(at - 1)) || /\s/.test(text[at + 1] ?? ' ')) return false;
    const close = text[at] === '‘' ? '’' : "'";
    const limit = Math.min(text.length, at + LONGEST_APOSTROPHE_QUOTE);
    for (let end = at + 1; end < limit; end++) {
      const character = text[end];
      if (character === '\n') return false;
      if (character === close && !isWordUnit(text.charCodeAt(end + 1)) && !/\s/.test(text[end - 1] ?? ' ')) {
        keep('quoted', end + 1);
        return true;
      }
    }
    return false;
  }

  function comment(): boolean {
    if (match(COMMENT) === 0) return false;
    const close = nextMark('-->');
    if (close === Number.POSITIVE_INFINITY || close < at + 4) return false;
    const written = text.slice(at, close + 3);
    if (DIRECTIVE.test(written) || /\{\{|\{%|\$\{|<%/.test(written)) keep('code', close + 3);
    else at = close + 3;
    return true;
  }

  function word(): void {
    const unit = text.charCodeAt(at);
    if (unit >= 0x2e80 && unspaced(unit)) {
      if (!tryKeep('negation', UNSPACED_NEGATION)) at++;
      return;
    }
    if (isDigit(unit)) {
      number();
      return;
    }
    let end = plainWordEnd(text, at);
    if (end === 0) {
      end = match(WORD);
      if (end === 0) {
        at++;
        return;
      }
    }
    const written = text.slice(at, end);
    if (/:\/\/|^www\.|^mailto$/i.test(written) && tryKeep('url', URL_TEXT)) return;
    if (written.includes('@') && tryKeep('url', EMAIL)) return;
    const kind = kindOfWord(written, begins);
    if (kind !== null) {
      keep(kind, end);
      return;
    }
    at = end;
    begins = false;
  }

  function number(): void {
    const digits = match(NUMBER);
    const joined = match(WORD);
    let end = Math.max(digits, joined);
    if (digits >= joined) {
      UNIT.lastIndex = end;
      if (UNIT.test(text)) end = UNIT.lastIndex;
      keep('number', end);
    } else keep(/^\d[\d.,]*[\p{L}%°]{1,4}$/u.test(text.slice(at, end)) ? 'number' : 'identifier', end);
  }

  function special(character: string): boolean {
    switch (character) {
      case '{':
        return tryKeep('variable', VARIABLE);
      case '$':
        if (match(DOLLAR) === 0) return false;
        return tryKeep(isDigit(text.charCodeAt(at + 1)) ? 'number' : 'variable', DOLLAR);
      case '€':
      case '£':
      case '¥':
      case '₹':
        return tryKeep('number', /[€£¥₹][ \u00a0]?\d+(?:[.,]\d+)*[kKmMbB]?/y);
      case '#':
        return tryKeep('variable', HASH);
      case '@':
        return tryKeep('identifier', AT);
      case '<':
        return comment() || tryKeep('identifier', TAG);
      case '[':
        return !/^\[[ xX]\]$/.test(text.slice(at, at + 3)) && tryKeep('variable', BRACKET);
      case '"':
        return quotation('"', LONGEST_QUOTE);
      case '“':
      case '„':
        return quotation(character === '„' && nextMark('“') < nextMark('”') ? '“' : '”', LONGEST_QUOTE);
      case '«':
        return quotation('»', LONGEST_QUOTE);
      case '「':
        return quotation('」', LONGEST_QUOTE);
      case "'":
      case '‘':
        return apostrophe();
      case '/':
      case '~':
      case '.':
      case '\\':
        return !isWordUnit(text.charCodeAt(at - 1)) && tryKeep('identifier', PATH);
      case '-':
      case '+':
      case '±':
        return signed();
      default:
        return false;
    }
  }

  /** A sign or an option of a command line belongs to what follows it. */
  function signed(): boolean {
    if (isWordUnit(text.charCodeAt(at - 1))) return false;
    if (tryKeep('identifier', /--?[A-Za-z][\w-]*(?:=\S+)?(?<=--.*|-\w)(?!\w)/y)) return true;
    if (!isDigit(text.charCodeAt(at + 1))) return false;
    const start = at;
    at++;
    number();
    const last = kept.pop();
    if (last !== undefined) kept.push({ ...last, start });
    return true;
  }

  while (at < text.length) {
    const stretch = known[next];
    if (stretch !== undefined && at >= stretch.start) {
      next++;
      if (stretch.end <= at) continue;
      if (stretch.kind === 'code') keep('code', stretch.end);
      else if (stretch.kind === 'data') variablesOf(text, at, stretch.end, kept);
      at = stretch.end;
      continue;
    }
    const unit = text.charCodeAt(at);
    if (unit === 0x20) {
      at++;
    } else if (isWordUnit(unit)) {
      word();
    } else {
      const character = text.charAt(at);
      if (special(character)) continue;
      if (BEGINS.has(character)) begins = true;
      at++;
    }
  }
  return settle(kept, known);
}

const BEGINS = new Set([...'.!?…:;\n\r。！？¿¡([{|>*•"“「']);

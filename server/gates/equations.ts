/** Equations between plain numbers in a text: where they are, and whether both sides are equal. */
import { type DecimalMark, evaluate, readNumber } from './expression.ts';

/** One equation, such as "3 + 4 = 7". */
export interface Equation {
  /** As it is written, for people. */
  readonly text: string;
  /** What is left of the sign. */
  readonly terms: string;
  /** Value of what is left of the sign. */
  readonly value: number;
  /** What is right of it. */
  readonly result: number;
  readonly holds: boolean;
}

/** Further to the left than a sentence's arithmetic reaches. */
const MOST_CHARACTERS = 120;

const OF_TERMS = /[\d.,+\-*/x×·÷−–^()$€£% \t]/;
const RESULT =
  /[ \t]{0,4}(?<sign>[-−]?)[$€£]?[ \t]{0,2}(?<number>\d[\d.,]{0,30})(?:[ \t]{0,2}(?<percent>%))?/y;
const TWO_NUMBERS = /\d[^\d.,]*[-+*/x×·÷−–^][^\d.,]*\d/;

/**
 * The equations of a text. Linear in it. Conservative: what is not surely arithmetic, such as a line that goes on
 * after its result or begins with an unknown, is not found.
 */
export function findEquations(text: string): Equation[] {
  const plain = text
    .replace(/\\times\b/g, '×')
    .replace(/\\cdot\b/g, '·')
    .replace(/\\div\b/g, '÷');
  const found: Equation[] = [];
  for (let at = plain.indexOf('='); at !== -1; at = plain.indexOf('=', at + 1)) {
    const equation = equationAt(plain, at);
    if (equation !== null) found.push(equation);
  }
  return found;
}

function equationAt(text: string, at: number): Equation | null {
  if (/[=<>!:~≠+*/-]/.test(text.charAt(at - 1)) || /[=<>~]/.test(text.charAt(at + 1))) return null;
  const terms = termsBefore(text, at);
  if (terms === null) return null;
  RESULT.lastIndex = at + 1;
  const right = RESULT.exec(text);
  const { sign = '', number = '', percent = '' } = right?.groups ?? {};
  if (right === null || goesOn(text, RESULT.lastIndex)) return null;
  const readings = (['point', 'comma'] as const).flatMap((mark) =>
    reading(terms, { number: number.replace(/[.,]+$/, ''), isNegative: sign !== '', percent }, mark),
  );
  const best = readings.find(({ holds }) => holds) ?? readings[0];
  if (best === undefined) return null;
  return { ...best, terms, text: `${terms} = ${right[0].trim().replace(/[.,]+$/, '')}` };
}

/** The arithmetic that ends at `end`; null where there is none, or where more belongs to it. */
function termsBefore(text: string, end: number): string | null {
  let start = end;
  while (start > 0 && OF_TERMS.test(text.charAt(start - 1))) {
    start -= 1;
    if (end - start > MOST_CHARACTERS) return null;
  }
  const before = text.charAt(start - 1);
  const isLineStart = start === 0 || before === '\n';
  let terms = text.slice(start, end);
  if (isLineStart) terms = terms.replace(/^\s*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)/, '');
  const clause = terms.split(/[,.][ \t]+/).at(-1) ?? '';
  const isWhole = clause === terms;
  terms = clause.trim();
  // A letter that touches the first number is of a name, an operator before it belongs to more than we see.
  if (isWhole && /^\S/.test(clause) && /[\p{L}\p{N}_:#§\]}'"^\\]/u.test(before)) return null;
  if (!/^[\d$€£(]/.test(terms) && !(isLineStart && /^[-−]\d/.test(terms))) return null;
  // 10 - 20 % is 8 to some and 9.8 to others.
  if (/%/.test(terms) && /[-+−–]/.test(terms)) return null;
  return TWO_NUMBERS.test(terms.replace(/[$€£]/g, '')) ? terms : null;
}

/** True where what follows the result belongs to it: "3 + 4 = 7 + 2", "= 3x", "= 1/3", "= 3 (mod 12)". */
function goesOn(text: string, at: number): boolean {
  const rest = text.slice(at, at + 12);
  return (
    /^[\p{L}_^\\{]/u.test(rest) ||
    /^[ \t]*[-+*/×·÷−–^(][ \t]*[\d(]|^[ \t]*x[ \t]*\d|^[ \t]*[/^]|^[ \t]*\(?mod|^[ \t]+\d/u.test(rest)
  );
}

function reading(
  terms: string,
  right: { readonly number: string; readonly isNegative: boolean; readonly percent: string },
  mark: DecimalMark,
): readonly Pick<Equation, 'value' | 'result' | 'holds'>[] {
  const value = evaluate(terms, mark);
  const size = readNumber(right.number, mark);
  if (value === null || size === null) return [];
  const signed = right.isNegative ? -size : size;
  // "40 / 100 * 20 = 8 %" is right as well: only what it is a share of is left unsaid.
  const scale = right.percent !== '' && Math.abs(value - signed) > 0.1 * Math.abs(signed) ? 100 : 1;
  const result = signed / scale;
  const decimals = right.number.split(mark === 'point' ? '.' : ',')[1]?.length ?? 0;
  const isExact = !/[/÷%^.,]|\*\*/.test(terms) && decimals === 0 && right.percent === '';
  // A result may be rounded up or down in its last place, and a long one to three digits.
  const tolerance = isExact ? 0 : Math.max(10 ** -decimals / scale, Math.abs(value) * 1e-3);
  return [{ value, result, holds: Math.abs(value - result) <= tolerance * (1 + 1e-9) + 1e-9 }];
}

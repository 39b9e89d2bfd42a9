/** The value of written arithmetic, such as "3 × (4 + 1)": a parser by recursive descent, never `eval`. */

/** How "1.500" and "1,500" are meant. */
export type DecimalMark = 'point' | 'comma';

/** Longer ones are no sentence's arithmetic; it also limits the depth of brackets. */
const MOST_CHARACTERS = 160;

const TOKEN = /\s*(?:(?<number>\d[\d.,]*)|(?<operator>\*\*|x(?=\s*[\d($])|[-+*/×·÷−–^()%]))/y;

/** The value of `text`, or null where it is no arithmetic of plain numbers, or has no finite value. */
export function evaluate(text: string, mark: DecimalMark = 'point'): number | null {
  const tokens = text.length > MOST_CHARACTERS ? null : tokenize(text, mark);
  if (tokens === null || tokens.length === 0) return null;
  let at = 0;
  const take = (...operators: readonly string[]): string | null => {
    const token = tokens[at];
    if (typeof token !== 'string' || !operators.includes(token)) return null;
    at += 1;
    return token;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = take('+', '-'); sign !== null; sign = take('+', '-'))
      value = sign === '+' ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = signed();
    for (let sign = take('*', '/'); sign !== null; sign = take('*', '/'))
      value = sign === '*' ? value * signed() : value / signed();
    return value;
  };
  const signed = (): number => (take('-') === null ? power() : -signed());
  const power = (): number => {
    const base = part();
    return take('^') === null ? base : base ** signed();
  };
  const part = (): number => {
    const token = tokens[at];
    let value = Number.NaN;
    if (typeof token === 'number') {
      at += 1;
      value = token;
    } else if (take('(') !== null) {
      value = sum();
      if (take(')') === null) return Number.NaN;
    }
    return take('%') === null ? value : value / 100;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : null;
}

function tokenize(text: string, mark: DecimalMark): readonly (number | string)[] | null {
  const tokens: (number | string)[] = [];
  const bare = text.replace(/[$€£]/g, '').trimEnd();
  for (let at = 0; at < bare.length; ) {
    TOKEN.lastIndex = at;
    const { number, operator } = TOKEN.exec(bare)?.groups ?? {};
    if (number === undefined && operator === undefined) return null;
    const token = number === undefined ? plainOperator(operator ?? '') : readNumber(number, mark);
    if (token === null) return null;
    tokens.push(token);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** One sign for each operation. */
const plainOperator = (operator: string): string =>
  ({ '×': '*', '·': '*', x: '*', '÷': '/', '−': '-', '–': '-', '**': '^' })[operator] ?? operator;

/** The number as it is written, such as "1,500.25"; null where it is none in this way of writing. */
export function readNumber(text: string, mark: DecimalMark = 'point'): number | null {
  const thousands = mark === 'point' ? ',' : '.';
  const decimal = mark === 'point' ? '.' : ',';
  const [whole = '', fraction = '', ...more] = text.split(decimal);
  const groups = whole.split(thousands);
  const isGrouped = groups.every((group, index) =>
    index === 0 ? group.length > 0 && (groups.length === 1 || group.length <= 3) : group.length === 3,
  );
  if (!isGrouped || more.length > 0 || !/^\d*$/.test(fraction)) return null;
  const value = Number(`${groups.join('')}.${fraction}0`);
  return Number.isFinite(value) ? value : null;
}

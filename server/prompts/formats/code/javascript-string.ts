/** What a literal of JavaScript says: its escapes as the characters that they stand for. */
const ESCAPE =
  /\$\{[^{}]*\}|\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S]))|\r\n?/g;
const CONTROL: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

/** A stretch of a literal as the program has it when it runs; `${…}` stays as it is written. ECMA-262, 12.9.4. */
export function readJavascriptString(written: string): string {
  if (!/[\\\r]/.test(written)) return written;
  return written.replace(ESCAPE, (all, braces?: string, four?: string, two?: string, one?: string) => {
    const code = braces ?? four ?? two;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    }
    if (one === undefined) return all.startsWith('\r') ? '\n' : all;
    return /[\r\n\u2028\u2029]/.test(one) ? '' : (CONTROL[one] ?? one);
  });
}

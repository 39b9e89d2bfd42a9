/** Values in a text that are probably put in for one call: times and identifiers. */

/** A date with a time (ISO 8601), a UUID (RFC 9562), a long number in hexadecimal, or seconds or milliseconds since 1970. */
const CANDIDATE =
  /-*\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,128}|1[5-9]\d{8}(?:\d{3})?)(?![0-9a-z])/iy;

/** Each begins with at least so many hexadecimal digits and hyphens in a row. */
const SHORTEST_RUN = 10;

/**
 * Those in the first `length` characters, with where they begin (UTF-16). Looks at every tenth character only, since a run that is long enough
 * has one of them (the idea is that of Boyer and Moore, 1977): prompts are long, and this is done for each call.
 */
export function* volatileValues(
  text: string,
  length: number,
): Generator<{ readonly value: string; readonly index: number }> {
  const end = Math.min(text.length, length);
  for (let at = SHORTEST_RUN - 1; at < end; ) {
    if (!isOfRun(text.charCodeAt(at))) {
      at += SHORTEST_RUN;
      continue;
    }
    let first = at;
    while (first > 0 && isOfRun(text.charCodeAt(first - 1))) first -= 1;
    let after = at + 1;
    while (after < end && isOfRun(text.charCodeAt(after))) after += 1;
    at = after + SHORTEST_RUN;
    if (after - first < SHORTEST_RUN) continue;
    CANDIDATE.lastIndex = first;
    const [whole = '', value = ''] = CANDIDATE.exec(text) ?? [];
    if (value !== '') yield { value, index: first + whole.length - value.length };
  }
}

/** A hexadecimal digit or a hyphen. */
const isOfRun = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 45;

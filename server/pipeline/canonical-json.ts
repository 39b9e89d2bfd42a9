/**
 * JSON in one form, after RFC 8785: keys in the order of their UTF-16 units, no white space, numbers as ECMAScript
 * writes them, and what is undefined left out as JSON does. Two values that are the same JSON give the same text, and
 * two that are not give different ones; half a surrogate pair stays apart as its escape.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

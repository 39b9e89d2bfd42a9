/**
 * Reading values of unknown origin: each function gives a value of its type or throws an Error whose message goes on
 * from the value's place, as "[0].name is empty".
 */

/** An object of which nothing is known. */
export type Unknown = Readonly<Record<string, unknown>>;

export function within<Value>(place: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(at(place, why));
  }
}

/** "[0]" and ".name is empty" as "[0].name is empty". */
export const at = (place: string, why: string): string =>
  /^[.[]/.test(why) ? `${place}${why}` : `${place} ${why}`;

export const isObject = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function object(value: unknown): Unknown {
  if (!isObject(value)) throw new Error('is not an object');
  return value;
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('is not a list');
  return value;
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('is not a text');
  return value.trim();
}

export function nonEmpty(value: unknown): string {
  const trimmed = text(value);
  if (trimmed === '') throw new Error('is empty');
  return trimmed;
}

export function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('is neither true nor false');
  return value;
}

export const texts = (value: unknown): string[] => [...new Set(list(value).map(nonEmpty))];

export const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: unknown): Value => {
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) throw new Error(`is none of ${values.join(', ')}`);
    return known;
  };

export function httpUrl(value: unknown): string {
  const url = nonEmpty(value);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error('is not an http or https URL');
  return url.replace(/\/+$/, '');
}

export function inRange(value: unknown, minimum: number, maximum: number, whole: boolean): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error('is not a number');
  if (whole && !Number.isInteger(value)) throw new Error('is not a whole number');
  if (value < minimum || value > maximum) throw new Error(`is not between ${minimum} and ${maximum}`);
  return value;
}

export function optional<Value>(value: unknown, parse: (value: unknown) => Value): Value | null {
  return value === undefined || value === null ? null : parse(value);
}

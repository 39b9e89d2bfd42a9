import { isObject } from '../../protocol/read-value.ts';
import { fencesOf } from './code-blocks.ts';
import type { Answer, Gate } from './gate.ts';
import { parseJson } from './schema.ts';

/** What a heading or a label of a field may have around its name. */
const MARKS = /^[\s#>*_\-+|\d.)]{0,20}/;

/**
 * The answer has every field that its prompt file lists: a key of its JSON, with dots for those within, or a heading
 * or label at the beginning of a line.
 */
export const expectedFields: Gate = {
  name: 'expected fields',
  weight: 'hard',
  check: (answer, { expect }) => {
    if (expect === null || expect.fields.length === 0) return null;
    const has = fieldsOf(answer);
    const missing = expect.fields.filter((field) => !has(field));
    if (missing.length === 0) return null;
    const shown = missing.slice(0, 3).map((field) => `"${field}"`);
    const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    return { gate: 'expected fields', why: `It has no ${shown.join(', ')}${rest}.` };
  },
};

/** Answers whether a text has a field. */
function fieldsOf(answer: Answer): (field: string) => boolean {
  const json = [answer.text, ...fencesOf(answer).blocks.map(({ code }) => code)]
    .map(parseJson)
    .find(isObject);
  if (json !== undefined) return (field) => hasPath(json, field.split('.')) || hasPath(json, [field]);
  const labels = answer.text.split('\n').map((line) => line.slice(0, 300).replace(MARKS, '').toLowerCase());
  return (field) => {
    const name = field.toLowerCase();
    return labels.some((label) => label.startsWith(name) && !/^[\p{L}\p{N}]/u.test(label.slice(name.length)));
  };
}

function hasPath(value: unknown, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return true;
  if (Array.isArray(value)) return value.every((one) => hasPath(one, keys));
  return isObject(value) && Object.hasOwn(value, key) && hasPath(value[key], rest);
}

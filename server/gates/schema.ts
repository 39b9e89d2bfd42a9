import { isObject } from '../../protocol/read-value.ts';
import { fencesOf } from './code-blocks.ts';
import type { Answer, Gate, GateFinding } from './gate.ts';
import { checkAgainst } from './schema-checker.ts';

const complain = (why: string) => ({ gate: 'schema', why });

/** The answer is the JSON that the request asked for. */
export const schema: Gate = {
  name: 'schema',
  weight: 'hard',
  check: (answer, { responseFormat }) => {
    if (responseFormat === null || responseFormat.type === 'text' || isNoText(answer)) return null;
    const value = parseJson(answer.text);
    if (value === undefined)
      return complain(
        fencesOf(answer).blocks.some(({ code }) => parseJson(code) !== undefined)
          ? 'It has text around the JSON that was asked for; only the JSON should be given.'
          : 'It is not the JSON that was asked for.',
      );
    if (responseFormat.type === 'json_object')
      return isObject(value) && !Array.isArray(value) ? null : complain('It is JSON, but not an object.');
    return checkValue(responseFormat.schema, value);
  },
};

async function checkValue(asked: unknown, value: unknown): Promise<GateFinding> {
  const verdict = await checkAgainst(asked, value);
  if (verdict.kind === 'invalid') return complain(`Its JSON ${verdict.why}.`);
  return verdict.kind === 'valid'
    ? null
    : {
        aside: `The response format's schema was not checked: ${verdict.why}. Correct it so that answers are checked by it.`,
      };
}

/** Tools are called instead, or nothing was said: other gates' business. */
const isNoText = ({ text, toolCalls, refusal }: Answer): boolean =>
  text.trim() === '' && (toolCalls.length > 0 || refusal !== '');

/** Undefined for what is no JSON, which no JSON text stands for. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

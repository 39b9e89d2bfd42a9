/** Answers against JSON schemas. The only user of Ajv. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject } from '../../protocol/read-value.ts';
import { quote } from './quote.ts';
import { TOO_LONG, withinTime } from './within-time.ts';

/** What a schema says of a value. */
export type SchemaVerdict =
  | { readonly kind: 'valid' }
  /** The end of a sentence: 'has no field "total"'. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** The schema is none, or takes too long. */
  | { readonly kind: 'unusable'; readonly why: string };

/** Far larger than schemas are; compiling takes time. */
const MOST_CHARACTERS = 100_000;

// Without formats: they are said to be annotations since draft 2019-09, and providers do not hold them.
const OPTIONS = { strict: false, validateFormats: false, logger: false, addUsedSchema: false } as const;

/** The two dialects. Reading their own schemas takes 25 ms each, so they are made once, when first needed. */
const dialects = new Map<'07' | '2020', Ajv | Ajv2020>();

/** Checks `value`. Never throws and never hangs, whatever the schema is. */
export function checkSchema(schema: unknown, value: unknown): SchemaVerdict {
  try {
    if ((JSON.stringify(schema) ?? '').length > MOST_CHARACTERS)
      return { kind: 'unusable', why: 'it is too large' };
    const validate = withinTime(() => compile(schema), 1000);
    if (validate === TOO_LONG) return { kind: 'unusable', why: 'it takes too long to read' };
    const isValid = withinTime(() => validate(value));
    if (isValid === TOO_LONG) return { kind: 'unusable', why: 'it takes too long on this answer' };
    const [error] = validate.errors ?? [];
    return isValid ? { kind: 'valid' } : { kind: 'invalid', why: wordsFor(error) };
  } catch {
    // What Ajv says quotes the schema, which is the user's.
    return { kind: 'unusable', why: 'it is no valid JSON schema' };
  }
}

function compile(schema: unknown): ValidateFunction {
  if (typeof schema !== 'boolean' && !isObject(schema)) throw new TypeError('no schema');
  // The dialect is chosen here; its address would be looked for and not found.
  const { $schema, ...rest } = schema === true ? {} : schema === false ? { not: {} } : schema;
  const isNewer = typeof $schema === 'string' && /20(19|20)/.test($schema);
  const ajv = dialectOf(isNewer ? '2020' : '07');
  try {
    return ajv.compile(rest);
  } finally {
    // It would keep every schema of every call.
    ajv.removeSchema(rest);
  }
}

function dialectOf(name: '07' | '2020'): Ajv | Ajv2020 {
  const ajv = dialects.get(name) ?? (name === '2020' ? new Ajv2020(OPTIONS) : new Ajv(OPTIONS));
  dialects.set(name, ajv);
  return ajv;
}

function wordsFor(error: ErrorObject | undefined): string {
  if (error === undefined) return 'is not what the schema asks for';
  const { keyword, instancePath, params, message = 'is not what the schema asks for' } = error;
  const field = (name: unknown) => quote(String(name), 40);
  const where = instancePath === '' ? '' : ` at ${quote(instancePath, 30)}`;
  if (keyword === 'required') return `has no field ${field(params['missingProperty'])}${where}`;
  if (keyword === 'additionalProperties')
    return `has a field ${field(params['additionalProperty'])} that the schema does not allow${where}`;
  return `${message.slice(0, 120)}${where}`;
}

/** The check against JSON schemas, loaded with the first answer that has one: its package takes megabytes. */
import { loadOnce } from '../load-once.ts';
import type { SchemaVerdict } from './json-schema.ts';

const load = loadOnce(() => import('./json-schema.ts'));

/** Checks `value`. Never rejects and never hangs, whatever the schema is. */
export async function checkAgainst(schema: unknown, value: unknown): Promise<SchemaVerdict> {
  const { checkSchema } = await load();
  return checkSchema(schema, value);
}

import type { ResponseFormat } from '../../protocol/messages.ts';

/** The schema that a request carries, which is input like its messages; null for none. */
export const schemaOf = (format: ResponseFormat | null): unknown =>
  format?.type === 'json_schema' ? format.schema : null;

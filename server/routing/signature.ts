/** What makes calls alike for learning which models do well on them. */
import { createHash } from 'node:crypto';
import type { TaskKind } from '../../protocol/task-kind.ts';
import { canonicalJson } from '../pipeline/canonical-json.ts';
import { schemaOf } from '../pipeline/schema-of.ts';
import type { Call } from '../pipeline/stage.ts';

/** Raise it when the form changes: what was learnt then counts by kind and model only. */
const FORM = 1;

/** 64 bits, in hex: two signatures of one user that are the same by chance do not happen. */
const DIGITS = 16;

/** A call as what is learnt of it is kept. */
export interface Signature {
  /** Says nothing of what was asked. */
  readonly hash: string;
  readonly kind: TaskKind;
}

/**
 * The signature of a call: that of its job where it has one, since the runs of a prompt file are alike whatever its
 * variables say; else of its kind, its system messages, its tools and the schema of its answer. The user's own words
 * are no part of it.
 */
export function signatureOf({
  kind,
  attribution,
  messages,
  tools,
  responseFormat,
}: Pick<Call, 'kind' | 'attribution' | 'messages' | 'tools' | 'responseFormat'>): Signature {
  const { job } = attribution;
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const alike =
    job === null
      ? { kind, system, tools, schema: schemaOf(responseFormat) ?? responseFormat?.type }
      : { job };
  const hash = createHash('sha256').update(canonicalJson({ form: FORM, ...alike }));
  return { hash: hash.digest('hex').slice(0, DIGITS), kind };
}

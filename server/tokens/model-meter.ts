/** Counting at once, without waiting for a table or a thread: what an editor shows while somebody types. */
import type { ModelMeter } from '../pipeline/ports.ts';
import { chatOverhead } from './chat-overhead.ts';
import type { Encoding } from './encoding.ts';
import { createPartCounts, type PartCounts } from './part-counts.ts';
import { piecesBetween } from './pieces.ts';
import type { Seams } from './seams.ts';
import { createTokenMeasure } from './token-measure.ts';

/** Makes meters over encodings that are loaded; those of one encoding share the counts of documents. */
export function createModelMeters(seams: Seams) {
  const parts = new WeakMap<Encoding, PartCounts>();

  /** The meter of a model by its id. */
  return (encoding: Encoding, modelId: string, approximate: boolean): ModelMeter => {
    const counts = parts.get(encoding) ?? createPartCounts(encoding, seams);
    parts.set(encoding, counts);
    const { perMessage, perRequest, roles } = chatOverhead(modelId);
    return {
      approximate,
      count: encoding.count,
      measure: createTokenMeasure(encoding, seams),
      countParts: counts.count,
      pieces: (text, start, end) => piecesBetween(encoding, seams, text, start, end),
      overhead: (messageRoles) =>
        perRequest +
        perMessage * messageRoles.length +
        (roles ? messageRoles.reduce((sum, role) => sum + encoding.count(role), 0) : 0),
    };
  };
}

/** A reply as the bytes of a row, and back. Nothing that was damaged on the disk is taken for an answer or a number. */
import type { Usage } from '../../protocol/receipt.ts';
import type { ReplyPart, StoredReply } from '../pipeline/ports.ts';
import { type Body, packBytes, unpackBytes } from './body.ts';

/** What a part of each kind must have, all of it text. */
const TEXTS: Readonly<Record<ReplyPart['type'], readonly string[]>> = {
  text: ['text'],
  reasoning: ['text'],
  refusal: ['text'],
  toolCall: ['id', 'name', 'arguments'],
};

const COUNTS: readonly (keyof Usage)[] = [
  'inputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
];

/** The body of a row for a reply. */
export const packReply = (reply: StoredReply): Body => packBytes(Buffer.from(JSON.stringify(reply)));

/** The reply of a row; null when it cannot be read back whole. */
export function unpackReply(row: Body): StoredReply | null {
  const bytes = unpackBytes(row);
  if (bytes === null) return null;
  try {
    const reply: unknown = JSON.parse(Buffer.from(bytes).toString());
    return isStoredReply(reply) ? reply : null;
  } catch {
    // Cut or overwritten: the same as a body that cannot be decompressed.
    return null;
  }
}

function isStoredReply(value: unknown): value is StoredReply {
  if (!isRecord(value)) return false;
  const { parts, reason, usage } = value;
  return (
    Array.isArray(parts) &&
    parts.every(isPart) &&
    typeof reason === 'string' &&
    isRecord(usage) &&
    COUNTS.every((count) => typeof usage[count] === 'number')
  );
}

function isPart(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(TEXTS, type)) return false;
  return TEXTS[type as ReplyPart['type']].every((field) => typeof value[field] === 'string');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

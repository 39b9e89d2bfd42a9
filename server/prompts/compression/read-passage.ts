/** Reads one message of a prompt for the rules: its blocks, its sentences and what is kept in it. */
import type { Message } from '../../../protocol/messages.ts';
import type { Span } from '../prompt-part.ts';
import { type ReadBlock, readBlocks } from './blocks.ts';
import { findKept } from './kept.ts';
import type { Known } from './known-stretches.ts';
import type { Kept, KeptKind, Passage, Sentence } from './prompt-text.ts';
import { findSentences } from './sentences.ts';
import { createView } from './view.ts';

/** A message as its file has it. */
export interface PassageSource {
  readonly text: string;
  readonly role?: Message['role'];
  /** What the format writes between and that is no text of the message; offsets in `text`, in order. */
  readonly fixed?: readonly Span[];
  /** Tags that the file's format knows of, beside those that every text is searched for; offsets in `text`, in order. */
  readonly tags?: readonly Span[];
  readonly includedFrom?: string | null;
}

interface Reading {
  readonly blocks: readonly ReadBlock[];
  readonly sentences: readonly Sentence[];
}

/** A passage; nothing of it is read until a rule asks for it. Linear in the length of the text. */
export function readPassage({
  text,
  role = 'user',
  fixed = [],
  tags = [],
  includedFrom = null,
}: PassageSource): Passage {
  const view = createView(text, fixed);
  const blocks = once(() => readBlocks(view.text));
  const kept = once(() => findKept(view.text, knownStretches(blocks())));
  /** In offsets of the file's text. */
  const allKept = once((): readonly Kept[] => {
    const place = view.place;
    const placed = place === null ? kept() : kept().map((one) => ({ ...one, ...place(one) }));
    return withSpans(withSpans(placed, tags, 'variable'), fixed, 'fixed');
  });
  const reading = once((): Reading => {
    const sentences = findSentences(view.text, blocks().blocks, kept());
    const place = view.place;
    if (place === null) return { blocks: blocks().blocks, sentences };
    return {
      blocks: blocks().blocks.map((block) => ({ ...block, ...place(block), content: place(block.content) })),
      sentences: sentences.map((sentence) => ({ ...sentence, ...place(sentence) })),
    };
  });
  return {
    text,
    role,
    includedFrom,
    get blocks() {
      return view.place === null ? blocks().blocks : reading().blocks;
    },
    get sentences() {
      return reading().sentences;
    },
    get kept() {
      return allKept();
    },
    keeps(start, end) {
      return touches(this.kept, start, end);
    },
  };
}

/** Whether one of `spans`, ascending and without overlaps, has a unit in the stretch, or holds its place when it is empty. */
export function touches(spans: readonly Span[], start: number, end: number): boolean {
  const span = spans[firstEndingAfter(spans, start)];
  return span !== undefined && (start === end ? span.start < start : span.start < end);
}

/** The index of the first of `spans` that ends after `position`; their number where there is none. */
export function firstEndingAfter(spans: readonly Span[], position: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

function knownStretches({ blocks, inlineCode }: ReturnType<typeof readBlocks>): Known[] {
  const known: Known[] = [];
  for (const { kind, start, end } of blocks)
    if (kind === 'code' || kind === 'data') known.push({ kind, start, end });
  for (const { start, end } of inlineCode) known.push({ kind: 'code', start, end });
  return known.sort((one, other) => one.start - other.start);
}

/** `kept` and `spans`, both in order; what overlaps becomes one stretch of the given kind. */
function withSpans(kept: readonly Kept[], spans: readonly Span[], kind: KeptKind): readonly Kept[] {
  if (spans.length === 0) return kept;
  const added = spans.filter(({ start, end }) => end > start).map(({ start, end }) => ({ start, end, kind }));
  const all = [...kept, ...added].sort((one, other) => one.start - other.start || other.end - one.end);
  const merged: Kept[] = [];
  for (const one of all) {
    const last = merged.at(-1);
    if (last === undefined || last.end <= one.start) merged.push(one);
    else if (last.kind === kind || one.kind === kind || last.end < one.end) {
      merged[merged.length - 1] = {
        start: last.start,
        end: Math.max(last.end, one.end),
        kind: one.kind === kind ? kind : last.kind,
      };
    }
  }
  return merged;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

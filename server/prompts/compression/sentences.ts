/** Where sentences end: marks of Latin and Asian scripts, but not abbreviations, decimals or anything that is kept. */
import type { Span } from '../prompt-part.ts';
import type { ReadBlock } from './blocks.ts';
import type { Kept, Sentence } from './prompt-text.ts';

/** Words whose full stop ends no sentence; lower case, without the last stop. */
const ABBREVIATIONS = new Set(
  `e.g eg i.e ie dr mr mrs ms prof vs cf approx no nos fig eq sec ch vol pp p ed eds st jr sr inc ltd co corp dept
  est min max al resp incl excl z.b d.h u.a bzw ca ggf evtl vgl s.o s.u nr p.ex par.ex m mme mlle sra sta av ej núm
  dott sig т.е т.д др г`.split(/\s+/),
);
const ENDS = /[.!?…]+["'”’»)\]*_]*(?=[\s\u3000]|$)|[。！？｡]+["'”’」』）)]*|[;:](?=[ \t]*\r?\n)|\r?\n/gu;
/** A line shorter than this was not broken by wrapping, so what follows begins anew. */
const WRAPPED_LINE = 60;

/** The sentences of the blocks that hold prose, in order. */
export function findSentences(text: string, blocks: readonly ReadBlock[], kept: readonly Kept[]): Sentence[] {
  const sentences: Sentence[] = [];
  const isKept = createWalker(kept);
  for (const [index, block] of blocks.entries()) {
    if (
      block.kind !== 'paragraph' &&
      block.kind !== 'listItem' &&
      block.kind !== 'quote' &&
      block.kind !== 'heading'
    )
      continue;
    const { start, end } = block.content;
    const prose = text.slice(start, end);
    let from = 0;
    for (const found of prose.matchAll(ENDS)) {
      const isLineEnd = found[0].endsWith('\n');
      const to = found.index + (isLineEnd ? 0 : found[0].length);
      if (to <= from) continue;
      if (isKept(start + found.index, start + to)) continue;
      if (
        isLineEnd
          ? !breaksSentence(prose, found.index, found.index + found[0].length)
          : isAbbreviation(prose, found)
      )
        continue;
      add(from, to, index, start, prose);
      from = to;
    }
    add(from, prose.length, index, start, prose);
  }

  function add(from: number, to: number, block: number, offset: number, prose: string): void {
    const written = prose.slice(from, to);
    const lead = /^[\s\u3000>]*/.exec(written)?.[0].length ?? 0;
    const length = written.trimEnd().length;
    if (length > lead) sentences.push({ start: offset + from + lead, end: offset + from + length, block });
  }
  return sentences;
}

/** Whether a line end ends a sentence that has no mark: a short line, and a capital or a sign on the next one. */
function breaksSentence(prose: string, lineEnd: number, next: number): boolean {
  const line = prose.slice(prose.lastIndexOf('\n', lineEnd - 1) + 1, lineEnd);
  if (/[ ]{2}$|\\$|:$/.test(line)) return true;
  return line.length < WRAPPED_LINE && !/^[\s>]*\p{Ll}/u.test(prose.slice(next, next + 40));
}

function isAbbreviation(prose: string, found: RegExpExecArray): boolean {
  if (!found[0].startsWith('.') || found[0].startsWith('..')) return false;
  const word = /[\p{L}.]+$/u.exec(prose.slice(Math.max(0, found.index - 24), found.index))?.[0] ?? '';
  if (word === '') return false;
  const after = prose.slice(found.index + found[0].length, found.index + found[0].length + 8);
  if (ABBREVIATIONS.has(word.toLowerCase())) return after.trim() !== '';
  if (word.toLowerCase() === 'etc' || word === 'usw') return /^\s+\p{Ll}/u.test(after);
  return /^\p{Lu}$/u.test(word) && word !== 'I' && /^\s+\p{Lu}/u.test(after);
}

/** Asks ascending stretches whether they begin within something that is kept. */
function createWalker(kept: readonly Kept[]): (start: number, end: number) => boolean {
  let index = 0;
  return (start, end) => {
    while (index < kept.length && (kept[index] as Span).end <= start) index++;
    const next = kept[index];
    return (
      next !== undefined &&
      next.start < start &&
      next.end >= end &&
      next.end > start + (end - start > 1 ? 1 : 0)
    );
  };
}

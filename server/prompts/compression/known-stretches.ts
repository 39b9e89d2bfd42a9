/** What is kept of stretches whose kind the blocks of a passage say. */
import type { Span } from '../prompt-part.ts';
import type { Kept } from './prompt-text.ts';

/** Stretches whose kind is known from the blocks: code is kept whole, data only in its variables, comments not at all. */
export interface Known extends Span {
  readonly kind: 'code' | 'data' | 'comment';
}

/** Variables only: within data everything else is its value. */
export function variablesOf(text: string, start: number, end: number, kept: Kept[]): void {
  const stretch = text.slice(start, end);
  for (const found of stretch.matchAll(
    /\{\{[^{}]{0,200}\}\}|\{%[^\n]{0,300}?%\}|\$\{[^}\n]{0,300}\}|<%[^\n]{0,300}?%>/g,
  )) {
    kept.push({ kind: 'variable', start: start + found.index, end: start + found.index + found[0].length });
  }
}

/** Known code wins over what was read across its borders. */
export function settle(kept: readonly Kept[], known: readonly Known[]): Kept[] {
  const code = known.filter(({ kind }) => kind === 'code');
  if (code.length === 0) return [...kept];
  const settled: Kept[] = [];
  let index = 0;
  for (const one of kept) {
    while (index < code.length && (code[index]?.end ?? 0) <= one.start) index++;
    const last = settled.at(-1);
    const crossing = code[index];
    const end =
      crossing !== undefined && crossing.start < one.end ? Math.max(one.end, crossing.end) : one.end;
    if (last !== undefined && last.end > one.start) {
      settled[settled.length - 1] = { ...last, end: Math.max(last.end, end) };
    } else {
      settled.push(end === one.end ? one : { ...one, end });
    }
  }
  return settled;
}

/** The sections of a counted prompt with their tokens, for lenses, hints and the breakdown alike. */
import type { CountedPrompt } from './counts.ts';
import type { OutlineSection } from './outline.ts';

/** A section with its tokens, those of the sections in it included. */
export interface CountedSection extends OutlineSection {
  readonly tokens: number;
}

/** The sections in their order; none where the prompt is too large to count them. */
export function countedSections({
  outline,
  tokens,
}: Pick<CountedPrompt, 'outline' | 'tokens'>): readonly CountedSection[] {
  if (tokens.length === 0) return [];
  const sums = [0];
  for (const count of tokens) sums.push((sums.at(-1) ?? 0) + count);
  return outline.sections.map((section) => ({
    ...section,
    tokens: (sums[section.endLeaf] ?? 0) - (sums[section.firstLeaf] ?? 0),
  }));
}

/** What a person judged of suggestions on the public prompts. */
import { readFileSync } from 'node:fs';
import type { CorpusSuggestion, Place } from './corpus.ts';

/** `good`: worth a hint. `harmless`: true, and hardly worth one. `misleading`: it would change what is said, or what people see. */
export type Verdict = 'good' | 'harmless' | 'misleading';

export interface JudgedPlace extends Place {
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface Verdicts {
  readonly about: readonly string[];
  readonly corpus: { readonly name: string; readonly source: string; readonly license: string };
  readonly seed: string;
  /** The sample of all rules. */
  readonly sample: readonly JudgedPlace[];
  /** Further ones of rules that were mended. */
  readonly further: readonly JudgedPlace[];
  /** Judged misleading before the rule was mended. */
  readonly mended: readonly JudgedPlace[];
}

const FILE = new URL('../../test/data/compression-verdicts.json', import.meta.url);

export const readVerdicts = (): Verdicts => JSON.parse(readFileSync(FILE, 'utf8'));

const nameOf = ({ rule, prompt, offset, digest }: Place): string => `${rule} ${prompt} ${offset} ${digest}`;

/** How many of the suggestions were judged misleading, in a sample or before their rule was mended. */
export function misleadingAmong(
  suggestions: Iterable<CorpusSuggestion>,
  { sample, further, mended }: Verdicts,
): number {
  const misleading = new Set(
    [...sample, ...further, ...mended].filter(({ verdict }) => verdict === 'misleading').map(nameOf),
  );
  return [...suggestions].filter(({ place }) => misleading.has(nameOf(place))).length;
}

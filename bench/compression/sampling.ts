/**
 * A sample of suggestions that a person can read. Each suggestion has a place in a line that depends on the seed and on
 * itself alone, so that a rule that is mended or added moves nothing else out of the sample.
 */
import { createHash } from 'node:crypto';
import type { CorpusSuggestion, Place } from './corpus.ts';

export interface SampleSize {
  readonly seed: string;
  readonly size: number;
  /** The most of one rule. */
  readonly most: number;
}

/** At least one of each rule that found anything, then whoever is next in the line. */
export function sampleOf(
  all: Iterable<CorpusSuggestion>,
  { seed, size, most }: SampleSize,
): readonly CorpusSuggestion[] {
  const line = [...all]
    .map((suggestion) => ({ suggestion, rank: rankOf(seed, suggestion.place) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ suggestion }) => suggestion);
  const firsts = [...Map.groupBy(line, ({ place }) => place.rule).values()].flatMap((own) => own.slice(0, 1));
  const taken = new Map<string, number>();
  const sample: CorpusSuggestion[] = [];
  for (const suggestion of [...firsts, ...line.filter((one) => !firsts.includes(one))]) {
    const { rule } = suggestion.place;
    const count = taken.get(rule) ?? 0;
    if (sample.length >= size || count >= most) continue;
    taken.set(rule, count + 1);
    sample.push(suggestion);
  }
  return sample;
}

const rankOf = (seed: string, { rule, prompt, offset, digest }: Place): string =>
  createHash('sha256').update(`${seed} ${rule} ${prompt} ${offset} ${digest}`).digest('hex');

/**
 * Which texts say what another says already: MinHash of three-word shingles with one permutation (Li, Owen and Zhang,
 * "One Permutation Hashing", 2012), and locality-sensitive bands, so that each text is compared with few others.
 */

/** Bins of a sketch, and how many of them make a band. */
const BINS = 16;
const BAND = 4;
const EMPTY = 0xffffffff;

/** Shorter texts are near duplicates of none: they have too few shingles to tell. */
export const FEWEST_TERMS = 12;

/** Share of equal bins from which two texts are near duplicates: a word or two differ in a paragraph. */
const NEAR = 0.8;

/** An earlier text that an added one repeats. */
export interface Repeated {
  /** Its index, in the order in which texts were added. */
  readonly of: number;
  /** True when both have the same terms in the same order; what stands between the terms may differ all the same. */
  readonly sameTerms: boolean;
}

/** Finds duplicates among texts as they are added. */
export interface Duplicates {
  /** Adds the text of the terms from `hashes[0]` to `hashes[length - 1]`; null when it repeats no earlier one. */
  add(hashes: Uint32Array, length: number): Repeated | null;
}

/** Knows no text yet. Two texts whose keys are equal by chance are only compared in vain. */
export function createDuplicates(): Duplicates {
  const whole = new Map<number, number>();
  /** By the key of a band, the text that had it first. */
  const bands = new Map<number, number>();
  const sketches = new Map<number, Uint32Array>();
  const sketch = new Uint32Array(BINS);
  let added = 0;

  const nearest = (): number | null => {
    for (let band = 0; band < BINS / BAND; band++) {
      const candidate = bands.get(bandKey(sketch, band));
      const other = candidate === undefined ? undefined : sketches.get(candidate);
      if (candidate !== undefined && other !== undefined && agreement(sketch, other) >= NEAR)
        return candidate;
    }
    return null;
  };

  return {
    add(hashes, length) {
      const index = added;
      added += 1;
      const key = wholeOf(hashes, length);
      const same = whole.get(key);
      if (same !== undefined) return { of: same, sameTerms: true };
      whole.set(key, index);
      if (length < FEWEST_TERMS) return null;
      writeSketch(hashes, length, sketch);
      const near = nearest();
      if (near !== null) return { of: near, sameTerms: false };
      // Only what repeats nothing is compared with later: else likeness would drift from one text to the next.
      sketches.set(index, sketch.slice());
      for (let band = 0; band < BINS / BAND; band++) {
        const own = bandKey(sketch, band);
        if (!bands.has(own)) bands.set(own, index);
      }
      return null;
    },
  };
}

/** 53 bits of a band's bins and its number. */
function bandKey(sketch: Uint32Array, band: number): number {
  let one = band;
  let two = band;
  for (let bin = band * BAND; bin < (band + 1) * BAND; bin++) {
    const value = sketch[bin] as number;
    one = mix(one ^ value);
    two = (Math.imul(two, 31) + value) | 0;
  }
  return together(one, two);
}

/** 53 bits of all terms in their order, and of their number. */
function wholeOf(hashes: Uint32Array, length: number): number {
  let one = length;
  let two = 29;
  for (let index = 0; index < length; index++) {
    const hash = hashes[index] as number;
    one = (Math.imul(one, 31) + hash) | 0;
    two = Math.imul(two ^ hash, 0x5bd1e995);
  }
  return together(one, mix(two));
}

const together = (one: number, two: number): number => (one >>> 0) * 2 ** 21 + (two >>> 11);

function writeSketch(hashes: Uint32Array, length: number, sketch: Uint32Array): void {
  sketch.fill(EMPTY);
  for (let index = 2; index < length; index++) {
    const shingle = mix(
      (hashes[index - 2] as number) ^
        Math.imul(hashes[index - 1] as number, 3) ^
        Math.imul(hashes[index] as number, 7),
    );
    const bin = shingle & (BINS - 1);
    const value = shingle >>> 4;
    if (value < (sketch[bin] as number)) sketch[bin] = value;
  }
}

/** Share of bins that are equal, of those that are not empty in both. */
function agreement(one: Uint32Array, other: Uint32Array): number {
  let equal = 0;
  let used = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (one[bin] === EMPTY && other[bin] === EMPTY) continue;
    used += 1;
    if (one[bin] === other[bin]) equal += 1;
  }
  return used === 0 ? 0 : equal / used;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * What the words of a request say about whether a model will do: logistic regression over hashed words and pairs of
 * words (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009), trained one outcome at a time
 * with a step for each feature (AdaGrad; Duchi, Hazan and Singer, 2011).
 */
import type { Terms } from '../fitting/terms.ts';

/** Raise it when features come to mean something else, as with a changed list of signals: states begin anew then. */
const FORM = 1;

/** Buckets for words and pairs; a power of two. Two arrays of 4 bytes for each and every head. */
const BUCKETS = 1 << 15;

/** How far one outcome moves the weights, how much less at first, and how strongly they are drawn back to 0. */
const STEP = 0.15;
const CAUTION = 0.1;
const PULL = 1e-3;

/** After so many outcomes what was learnt has half of its say: a few teach more of chance than of models. */
const HALF_SAY = 400;

/** What the signals that count of themselves are in an ordinary request. */
const ORDINARY = 0.25;

/** The average is that of about so many requests. */
const AVERAGED = 50;

/** So many terms of a request are read: the beginning says what it is about, and a long one must not take long. */
const MOST_TERMS = 600;

/** A request as weighted buckets; the sum of squares of the words is 1. */
export interface Features {
  readonly buckets: Uint32Array;
  readonly weights: Float32Array;
}

/** The features of a request: words and pairs with logarithmic counts, then `signals`, numbers of about 0 to 1. */
export function featuresOf({ hashes, length }: Terms, signals: readonly number[]): Features {
  const counts = new Map<number, number>();
  const add = (hash: number) => counts.set(hash & (BUCKETS - 1), (counts.get(hash & (BUCKETS - 1)) ?? 0) + 1);
  const most = Math.min(length, MOST_TERMS);
  for (let index = 0; index < most; index++) {
    const hash = hashes[index] as number;
    add(spread(hash));
    if (index > 0) add(spread(Math.imul(hashes[index - 1] as number, 0x9e3779b1) ^ hash));
  }
  const buckets = new Uint32Array(counts.size + signals.length + 1);
  const weights = new Float32Array(buckets.length);
  let squares = 0;
  let at = 0;
  for (const [bucket, count] of counts) {
    const weight = Math.log(1 + count);
    squares += weight * weight;
    buckets[at] = bucket;
    weights[at] = weight;
    at += 1;
  }
  const norm = Math.sqrt(squares) || 1;
  for (let index = 0; index < at; index++) weights[index] = (weights[index] as number) / norm;
  for (const [index, value] of [1, ...signals].entries()) {
    buckets[at] = BUCKETS + index;
    weights[at] = value;
    at += 1;
  }
  return { buckets, weights };
}

/** What is held of requests before anything was learnt, in log-odds of a good answer; learning adds to it. */
export interface EvidencePrior {
  readonly logOdds: number;
  /** What each signal adds where it is 1. */
  readonly ofSignals: readonly number[];
}

const NO_PRIOR: EvidencePrior = { logOdds: 0, ofSignals: [] };

/** Learns from outcomes and says how likely a good one is. */
export interface WordEvidence {
  /** Probability that the answer is good; before anything was learnt, that of the prior, which is 0.5 if none is given. */
  probability(features: Features): number;
  learn(features: Features, good: boolean): void;
  /** How many outcomes it has learnt from. */
  outcomes(): number;
  /** What it has lately said of requests on average, to hold one against; before it has learnt, of an ordinary one. */
  average(): number;
  /** Its state, to be written down. */
  save(): Uint8Array;
}

/** Makes the learner for requests with `signalCount` signals, from `saved` where that is a state of this form. */
export function createWordEvidence(
  signalCount: number,
  saved: Uint8Array | null = null,
  prior: EvidencePrior = NO_PRIOR,
): WordEvidence {
  const size = BUCKETS + 1 + signalCount;
  // The weights, the sums of squared gradients, the number of outcomes, the average, and the form.
  const state = new Float32Array(2 * size + 3);
  if (saved?.byteLength === state.byteLength) new Uint8Array(state.buffer).set(saved);
  if (state[2 * size + 2] !== FORM || !state.every(Number.isFinite)) state.fill(0);
  state[2 * size + 2] = FORM;
  const weights = state.subarray(0, size);
  const squares = state.subarray(size, 2 * size);
  const learnt = ({ buckets, weights: values }: Features): number => {
    let sum = 0;
    for (let index = 0; index < buckets.length; index++)
      sum += (weights[buckets[index] as number] as number) * (values[index] as number);
    return sum;
  };
  // The signals are the last features.
  const held = ({ weights: values }: Features): number =>
    prior.ofSignals.reduce(
      (sum, slope, index) => sum + slope * (values[values.length - signalCount + index] as number),
      prior.logOdds,
    );
  const ordinary = logistic(prior.ofSignals.reduce((sum, slope) => sum + slope * ORDINARY, prior.logOdds));
  const outcomes = () => state[2 * size] as number;
  const average = () => state[2 * size + 1] as number;
  const probability = (features: Features): number => {
    // How good answers are on the whole is learnt at once; how requests differ is believed slowly.
    const whole = weights[BUCKETS] as number;
    const say = outcomes() / (outcomes() + HALF_SAY);
    return logistic(held(features) + whole + say * (learnt(features) - whole));
  };
  return {
    probability,
    learn(features, good) {
      const said = probability(features);
      const error = logistic(held(features) + learnt(features)) - Number(good);
      const { buckets, weights: values } = features;
      for (let index = 0; index < buckets.length; index++) {
        const bucket = buckets[index] as number;
        const gradient = error * (values[index] as number) + PULL * (weights[bucket] as number);
        squares[bucket] = (squares[bucket] as number) + gradient * gradient;
        weights[bucket] =
          (weights[bucket] as number) - (STEP * gradient) / Math.sqrt((squares[bucket] as number) + CAUTION);
      }
      state[2 * size] = (state[2 * size] as number) + 1;
      state[2 * size + 1] = average() + (said - average()) / Math.min(outcomes(), AVERAGED);
    },
    outcomes,
    average: () => (outcomes() === 0 ? ordinary : average()),
    save: () => new Uint8Array(state.buffer.slice(0)),
  };
}

/** Hashes of words share their low bits where the words end alike. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

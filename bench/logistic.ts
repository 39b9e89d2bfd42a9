/** Logistic regression over a few features, for asking what a set of features could tell at best. */

/** Chances, from features. */
export type Model = (features: readonly number[]) => number;

const ROUNDS = 400;
const RATE = 0.3;
const MOMENTUM = 0.9;
const PENALTY = 1e-3;

/** A model of which of `rows` are true, by gradient descent with momentum and a small ridge penalty. */
export function trainLogistic(rows: readonly (readonly number[])[], truths: readonly boolean[]): Model {
  const scale = standardizer(rows);
  const inputs = rows.map(scale);
  const width = inputs[0]?.length ?? 0;
  const weights = new Float64Array(width);
  const velocity = new Float64Array(width);
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = new Float64Array(width);
    for (const [index, input] of inputs.entries()) {
      const miss = chance(weights, input) - Number(truths[index]);
      for (const [at, value] of input.entries()) gradient[at] = (gradient[at] ?? 0) + miss * value;
    }
    for (let at = 0; at < width; at += 1) {
      const penalty = at === 0 ? 0 : PENALTY * (weights[at] ?? 0);
      velocity[at] = MOMENTUM * (velocity[at] ?? 0) + (gradient[at] ?? 0) / inputs.length + penalty;
      weights[at] = (weights[at] ?? 0) - RATE * (velocity[at] ?? 0);
    }
  }
  return (features) => chance(weights, scale(features));
}

function chance(weights: Float64Array, input: readonly number[]): number {
  const sum = input.reduce((total, value, at) => total + value * (weights[at] ?? 0), 0);
  return 1 / (1 + Math.exp(-sum));
}

/** Features with mean 0 and deviation 1 behind a constant 1. */
function standardizer(
  rows: readonly (readonly number[])[],
): (features: readonly number[]) => readonly number[] {
  const columns = (rows[0] ?? []).map((_, at) => {
    const values = rows.map((row) => row[at] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
  return (features) => [
    1,
    ...columns.map(({ mean, deviation }, at) => ((features[at] ?? 0) - mean) / deviation),
  ];
}

/** A token bucket: lets short bursts through and holds a steady rate over time. */

export interface TokenBucketOptions {
  /** How many tokens the bucket holds, and so the largest burst. */
  readonly capacity: number;
  /** How many tokens flow in each second. */
  readonly refillPerSecond: number;
  /** Milliseconds on a clock that never steps back. */
  readonly now?: () => number;
}

export interface TokenBucket {
  /** Takes `count` tokens if they are there; otherwise takes none and says no. */
  tryTake(count?: number): boolean;
  /** Milliseconds until `count` tokens will be there; Infinity when they never fit. */
  waitFor(count?: number): number;
}

export function createTokenBucket({
  capacity,
  refillPerSecond,
  now = () => performance.now(),
}: TokenBucketOptions): TokenBucket {
  let tokens = capacity;
  let filledAt = now();

  function refill(): void {
    const time = now();
    tokens = Math.min(capacity, tokens + ((time - filledAt) / 1000) * refillPerSecond);
    filledAt = time;
  }

  return {
    tryTake(count = 1) {
      refill();
      if (tokens < count) return false;
      tokens -= count;
      return true;
    },
    waitFor(count = 1) {
      refill();
      if (count > capacity) return Number.POSITIVE_INFINITY;
      return Math.max(0, ((count - tokens) / refillPerSecond) * 1000);
    },
  };
}

/** Runs `tasks` in order, each as soon as the bucket has a token for it. */
export async function runPaced<Result>(
  tasks: Iterable<() => Promise<Result>>,
  bucket: TokenBucket,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const task of tasks) {
    while (!bucket.tryTake()) {
      await new Promise((resolve) => setTimeout(resolve, bucket.waitFor()));
    }
    results.push(await task());
  }
  return results;
}

/** So many at one time, the others in the order in which they came. */

/** Waits for a turn; whoever got one gives it back with the function that it got. */
export type TakeTurn = (signal: AbortSignal) => Promise<() => void>;

/** Turns of which `most` are taken at one time. Rejects with the signal's reason when it is aborted before. */
export function createTurns(most: number): TakeTurn {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const giveBack = () => {
    taken -= 1;
    waiting.shift()?.();
  };
  return (signal) =>
    new Promise((resolve, reject) => {
      const take = () => {
        signal.removeEventListener('abort', giveUp);
        taken += 1;
        resolve(giveBack);
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      if (signal.aborted) reject(signal.reason);
      else if (taken < most) take();
      else {
        waiting.push(take);
        signal.addEventListener('abort', giveUp, { once: true });
      }
    });
}

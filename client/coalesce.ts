/** Turns a burst of calls into few: an action that runs at most once per interval, and once more after the last call. */

/** An action that may be asked for as often as one likes. */
export interface Coalesced {
  /** Runs the action now, or, within the interval of its last run, at the end of that interval. */
  request(): void;
  /** Forgets an action that is waiting. */
  dispose(): void;
}

/** Coalesces `action` to at most one run per `intervalMs` milliseconds. */
export function coalesce(action: () => void, intervalMs: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let wanted = false;

  const runThenPause = () => {
    wanted = false;
    action();
    timer = setTimeout(() => {
      timer = null;
      if (wanted) runThenPause();
    }, intervalMs);
  };

  return {
    request: () => {
      if (timer === null) runThenPause();
      else wanted = true;
    },
    dispose: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      wanted = false;
    },
  };
}

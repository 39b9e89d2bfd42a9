/** The calls under way in the daemon, so that it can refuse new ones, wait for them, or cancel them all. */
import { farthingError } from '../../protocol/errors.ts';

/** Counts calls and holds the means to cancel them. */
export interface RunningCalls {
  /** A call begins; the returned function ends it. Throws `daemonDraining` once no new ones are taken. */
  begin(controller: AbortController): () => void;
  count(): number;
  /** Takes no new calls from now on. */
  refuseNew(): void;
  cancelAll(): void;
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
}

/** `changed` is called whenever a call begins or ends. */
export function createRunningCalls(changed: () => void): RunningCalls {
  const running = new Set<AbortController>();
  let waiting: (() => void)[] = [];
  let refusing = false;
  return {
    begin(controller) {
      if (refusing) throw farthingError('daemonDraining', {});
      running.add(controller);
      changed();
      return () => {
        running.delete(controller);
        changed();
        if (running.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
    },
    count: () => running.size,
    refuseNew() {
      refusing = true;
    },
    cancelAll() {
      for (const controller of running) controller.abort();
    },
    idle: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

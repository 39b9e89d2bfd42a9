/** The calls under way in the daemon, so that it can refuse new ones, wait for them, or cancel them all. */
import { farthingError } from '../../protocol/errors.ts';

/** Clients choose UUIDs. */
const LONGEST_ID = 100;

/** Counts calls and holds the means to cancel them. */
export interface RunningCalls {
  /**
   * The call `id` begins; the returned function ends it. Throws `daemonDraining` once no new ones are taken, and
   * `internal` for an id that is none or had its call: its line in the ledger would be written over.
   */
  begin(id: string, controller: AbortController): () => void;
  count(): number;
  /** Takes no new calls from now on. */
  refuseNew(): void;
  cancelAll(): void;
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
}

/** `changed` is called whenever a call begins or ends. */
export function createRunningCalls(changed: () => void): RunningCalls {
  const ids = new Set<string>();
  const running = new Set<AbortController>();
  let waiting: (() => void)[] = [];
  let refusing = false;
  return {
    begin(id, controller) {
      if (refusing) throw farthingError('daemonDraining', {});
      if (!isId(id) || ids.has(id))
        throw farthingError('internal', {}, { cause: new Error('a call needs an id of its own') });
      ids.add(id);
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

/** What clients send is checked here and not by the compiler. */
const isId = (id: unknown): boolean => typeof id === 'string' && id !== '' && id.length <= LONGEST_ID;

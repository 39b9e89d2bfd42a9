/** The budgets as the daemon has them: asked for when something changed, never at intervals. */
import { isDeepStrictEqual } from 'node:util';
import type { Budget, BudgetState } from '../protocol/budgets.ts';
import { toFarthingError } from '../protocol/errors.ts';
import { MESSAGES, type NotificationMessage } from '../protocol/messages.ts';
import type { DaemonState } from '../protocol/panel-messages.ts';
import { coalesce } from './coalesce.ts';
import type { TypedRequest } from './daemon/connection.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';

const REFRESH_MS = 150;
/** After a window's end, so that the daemon's clock has passed it, too. */
const AFTER_END_MS = 250;
/** Timers count in 32 bits; what is further away is looked at again on the way. */
const LONGEST_WAIT_MS = 86_400_000;

/** Every budget and how it stands. */
export interface Budgets extends Disposable {
  /** Null before the daemon first said. */
  states(): readonly BudgetState[] | null;
  readonly onDidChange: Event<void>;
  /** Asks again, soon. */
  refresh(): void;
  /** Asks again, now; rejects with a FarthingError. */
  load(): Promise<readonly BudgetState[]>;
  /** Adds or replaces; rejects with a FarthingError. */
  save(budget: Budget): Promise<void>;
  /** Rejects with a FarthingError. */
  delete(id: string): Promise<void>;
}

/** What the store needs of the daemon's connection. */
export interface BudgetSource {
  readonly state: DaemonState;
  readonly onDidChange: Event<void>;
  readonly request: TypedRequest;
  on(message: NotificationMessage<Record<string, never>>, handler: () => void): Disposable;
}

/** Makes the store; `debug` is told why the budgets could not be read. */
export function createBudgets(daemon: BudgetSource, debug: (line: string) => void): Budgets {
  const changed = createEmitter<void>();
  let known: readonly BudgetState[] | null = null;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const load = async (): Promise<readonly BudgetState[]> => {
    asked += 1;
    const mine = asked;
    const states = await daemon.request(MESSAGES.budgets, {});
    // A later question has the later answer.
    if (mine !== asked) return states;
    refreshAtEnd(states);
    if (!isDeepStrictEqual(states, known)) {
      known = states;
      changed.fire();
    }
    return states;
  };
  const refreshed = coalesce(() => {
    // A daemon that is gone for a moment tells of itself when it is back.
    if (daemon.state === 'running')
      load().catch((error: unknown) => debug(`budgets: ${toFarthingError(error).message}`));
  }, REFRESH_MS);
  /** What a window used is gone at its end, of which nobody tells. An unused minute is as empty as the next. */
  const refreshAtEnd = (states: readonly BudgetState[]) => {
    if (timer !== null) clearTimeout(timer);
    const ends = states
      .filter(({ budget, used, reserved, unknownCalls }) =>
        budget.window === 'minute' ? used + reserved + unknownCalls > 0 : true,
      )
      .map(({ windowEnd }) => windowEnd);
    const wait = Math.min(...ends) - Date.now() + AFTER_END_MS;
    timer =
      ends.length === 0
        ? null
        : setTimeout(() => refreshed.request(), Math.min(Math.max(wait, AFTER_END_MS), LONGEST_WAIT_MS));
    timer?.unref();
  };

  const parts = disposeAll([
    refreshed,
    { dispose: () => timer !== null && clearTimeout(timer) },
    daemon.on(MESSAGES.budgetsChanged, () => refreshed.request()),
    daemon.onDidChange(() => refreshed.request()),
  ]);
  return {
    states: () => known,
    onDidChange: changed.event,
    refresh: () => refreshed.request(),
    load,
    save: async (budget) => {
      await daemon.request(MESSAGES.saveBudget, { budget });
      await load();
    },
    delete: async (id) => {
      await daemon.request(MESSAGES.deleteBudget, { id });
      await load();
    },
    dispose: parts.dispose,
  };
}

/**
 * Outcomes in SQLite: for each model a count for every signature, every kind and all of them, with the number of the
 * model's last observation that it knows of and its time, from which it fades. Calls ask for them before they are sent, so
 * they are held in memory and written a little later.
 */
import { type FarthingError, toFarthingError } from '../../protocol/errors.ts';
import type { OutcomeCount, Outcomes } from '../pipeline/ports.ts';
import { fading, OUTCOME_WEIGHTS } from '../routing/outcome-weights.ts';
import type { Database } from './database.ts';
import { createOutcomeRows, type OutcomeKey, type OutcomeRow } from './outcome-rows.ts';

/** Outcomes that are written later, and what writes them now. */
export interface OutcomeStore extends Outcomes {
  /** Writes what waits. */
  flush(): void;
}

/** What the store needs besides its database. */
export interface OutcomeStoreOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Calls `write` soon, after what is under way. */
  readonly later: (write: () => void) => void;
  /** Told when outcomes cannot be written, once until they can be again. */
  readonly report: (problem: FarthingError) => void;
}

/** So many counts are held: those of some thousand signatures. */
const MOST_HELD = 10_000;

const NOTHING: OutcomeRow = { good: 0, bad: 0, observation: 0, observedAt: 0 };

/**
 * Makes the store. Reading throws FarthingError storageUnavailable when SQLite fails. Of two daemons that observe at
 * the same time, one of them about to end, the last to write a count wins: a few outcomes may be lost, never the answers.
 */
export function createOutcomeStore(
  database: Database,
  { now, later, report }: OutcomeStoreOptions,
): OutcomeStore {
  const rows = createOutcomeRows(database);
  rows.forgetOld(now());
  const held = new Map<string, { readonly key: OutcomeKey; row: OutcomeRow }>();
  const changed = new Set<string>();
  const learners = new Map<string, Uint8Array>();
  let scheduled = false;
  let failing = false;

  const hold = (key: OutcomeKey) => {
    const name = JSON.stringify(key);
    const known = held.get(name);
    if (known !== undefined) return { name, entry: known };
    const entry = { key, row: rows.find(key) ?? NOTHING };
    held.set(name, entry);
    return { name, entry };
  };
  /** Where nothing can be written, what was learnt since is lost at last: memory must not grow with every call. */
  const makeRoom = () => {
    if (held.size < MOST_HELD) return;
    flush();
    held.clear();
    changed.clear();
  };
  const flush = () => {
    if (changed.size === 0 && learners.size === 0) return;
    try {
      const entries = [...changed].flatMap((name) => held.get(name) ?? []);
      rows.write(entries, learners);
      changed.clear();
      learners.clear();
      failing = false;
    } catch (thrown) {
      // Told once, and not with every outcome until the disk has room again; it stays for the next turn.
      if (!failing) report(toFarthingError(thrown));
      failing = true;
    }
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    later(() => {
      scheduled = false;
      flush();
    });
  };

  return {
    flush,
    counts(signature, kind, provider, model) {
      makeRoom();
      const [bySignature, byKind, all] = keysOf(provider, model, signature, kind).map(
        (key) => hold(key).entry.row,
      ) as [OutcomeRow, OutcomeRow, OutcomeRow];
      const left = (row: OutcomeRow) => faded(row, all.observation, now());
      return { signature: left(bySignature), kind: left(byKind), all: left(all) };
    },
    observe({ signature, kind, provider, model, outcome, at }) {
      makeRoom();
      const keys = keysOf(provider, model, signature, kind);
      const observation = hold(keys[2]).entry.row.observation + 1;
      const weight = OUTCOME_WEIGHTS[outcome];
      const observedAt = Math.round(at);
      // All are read before one is changed: reading may fail.
      for (const { name, entry } of keys.map(hold)) {
        const { good, bad } = faded(entry.row, observation, observedAt);
        entry.row = {
          good: good + weight.good,
          bad: bad + weight.bad,
          observation,
          observedAt: Math.max(entry.row.observedAt, observedAt),
        };
        changed.add(name);
      }
      schedule();
    },
    learnerState: (learner) => {
      const waiting = learners.get(learner);
      return waiting === undefined ? rows.learner(learner) : Uint8Array.from(waiting);
    },
    saveLearner(learner, state) {
      learners.set(learner, Uint8Array.from(state));
      schedule();
    },
  };
}

function keysOf(
  provider: string,
  model: string,
  signature: string,
  kind: string,
): readonly [OutcomeKey, OutcomeKey, OutcomeKey] {
  return [
    { provider, model, level: 'signature', key: signature },
    { provider, model, level: 'kind', key: kind },
    { provider, model, level: 'all', key: '' },
  ];
}

function faded(row: OutcomeRow, observation: number, at: number): OutcomeCount {
  const factor = fading(observation - row.observation, at - row.observedAt);
  return { good: row.good * factor, bad: row.bad * factor };
}

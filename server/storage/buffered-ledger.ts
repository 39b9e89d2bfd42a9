/**
 * A ledger that never fails a call: what cannot be written now is kept in memory and written, in order, with the
 * next line that can be.
 */
import { type FarthingError, toFarthingError } from '../../protocol/errors.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Ledger, OpenedCall } from '../pipeline/ports.ts';
import type { Attempt } from '../pipeline/stage.ts';

/** The ledger with what it keeps back. */
export interface BufferedLedger extends Ledger {
  /** Why lines are kept back or were lost, a sentence for the user; null when all is written. */
  problem(): string | null;
  /** How many lines wait to be written. */
  pending(): number;
  /** Tries to write what waits, as every `open` and `close` does. */
  flush(): void;
}

/** Whom the ledger tells. */
export interface BufferedLedgerOptions {
  /** Told once when lines begin to be kept back, and of each line that cannot ever be written. */
  readonly report: (problem: FarthingError) => void;
  /** Told when all that waited is written, with how many were and how many had been too many to keep. */
  readonly recovered?: (lines: { readonly written: number; readonly dropped: number }) => void;
  /** How many lines are kept at most. */
  readonly limit?: number;
  /**
   * Runs a task a little later. With it, the line of a call that begins is written while its request is under way, or
   * with its end where that comes sooner. Default: at once.
   */
  readonly later?: (task: () => void) => void;
}

/** A line that waits; `end` is null while its call runs. */
interface Waiting {
  readonly call: OpenedCall;
  readonly end: { readonly receipt: Receipt; readonly attempts: readonly Attempt[] } | null;
}

const KEPT_LINES = 10_000;

/** Wraps `ledger`. */
export function createBufferedLedger(ledger: Ledger, options: BufferedLedgerOptions): BufferedLedger {
  const { report, recovered, limit = KEPT_LINES, later = (task) => task() } = options;
  // By call: the end of a call takes the place of its beginning, so that lines stay in the order they began.
  const waiting = new Map<string, Waiting>();
  let failure: FarthingError | null = null;
  let written = 0;
  let dropped = 0;

  const write = ({ call, end }: Waiting) =>
    end === null ? ledger.open(call) : ledger.close(call, end.receipt, end.attempts);

  /** True when the line is done with: written, or never to be. */
  const settle = (line: Waiting): boolean => {
    try {
      write(line);
      written += 1;
      return true;
    } catch (thrown) {
      const problem = toFarthingError(thrown);
      if (problem.code !== 'storageUnavailable') {
        // A fault of ours stays one: kept, it would hold back every line behind it.
        report(problem);
        return true;
      }
      if (failure === null) report(problem);
      failure = problem;
      return false;
    }
  };

  const flush = () => {
    for (const [callId, line] of waiting) {
      if (!settle(line)) return;
      waiting.delete(callId);
    }
    if (failure === null) return;
    failure = null;
    recovered?.({ written, dropped });
    dropped = 0;
  };

  const add = (line: Waiting) => {
    if (failure === null) written = 0;
    if (waiting.has(line.call.callId) || waiting.size < limit) waiting.set(line.call.callId, line);
    else dropped += 1;
  };

  return {
    open(call) {
      add({ call, end: null });
      later(flush);
    },
    close(call, receipt, attempts) {
      add({ call, end: { receipt, attempts } });
      flush();
    },
    problem() {
      if (failure === null) return null;
      const lost = dropped === 0 ? '' : ` ${dropped} lines were too many to keep and are lost.`;
      return `${failure.message}${lost}`;
    },
    pending: () => waiting.size,
    flush,
  };
}

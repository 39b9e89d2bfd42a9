/** One call under way that several wait for, and what came of it so far. */
import type { Clock } from './ports.ts';
import type { Reply, ReplyEvent } from './stage.ts';

/** One of those who wait. */
export interface Member {
  /** False for a call that must not cost anything: it is neither charged nor reason enough to go on. */
  readonly mayPay: boolean;
  /** Something happened: look again. */
  readonly wake: () => void;
}

/** What happened to what was sent: whoever pays has it on the line, and nobody else. */
export type AccountEvent = Extract<ReplyEvent, { readonly type: 'attempt' | 'decision' }>;

/** A flight. It reads its reply to the end by itself, whatever its members do. */
export interface Flight {
  /** Everything that came so far, so that whoever joins late misses nothing. */
  readonly events: readonly ReplyEvent[];
  /** Set when nothing more comes; `error` is what was thrown, if anything was. */
  outcome(): { readonly failed: boolean; readonly error: unknown } | null;
  /** True when all that matters is in `events`, or it has failed. */
  isOver(): boolean;
  /** When something came last, or it began, on `Clock.elapsed`. */
  heardAt(): number;
  join(member: Member): void;
  leave(member: Member): void;
  /** True when `member` is the one that pays: the oldest that may. */
  isPayer(member: Member): boolean;
  /** True when another member than this one may pay. */
  goesOnWithout(member: Member): boolean;
  /** Takes, for the payer, the account of the first `until` events that nobody has taken yet. */
  claim(member: Member, until: number): readonly AccountEvent[];
  /** Ends what is under way; its end still comes. */
  abort(): void;
}

/** Starts a flight. `failed` is called when its reply throws, before any member hears of it. */
export function startFlight({
  clock,
  reply,
  failed,
}: {
  readonly clock: Clock;
  readonly reply: (signal: AbortSignal) => Reply;
  readonly failed: () => void;
}): Flight {
  const controller = new AbortController();
  const members = new Set<Member>();
  const events: ReplyEvent[] = [];
  let outcome: ReturnType<Flight['outcome']> = null;
  let complete = false;
  let heardAt = clock.elapsed();
  let claimed = 0;

  const wakeAll = () => {
    for (const member of members) member.wake();
  };
  /** The oldest that may pay, of all but one. */
  const payer = (besides?: Member) => {
    for (const member of members) if (member.mayPay && member !== besides) return member;
    return null;
  };

  async function pump(): Promise<void> {
    try {
      for await (const event of reply(controller.signal)) {
        events.push(event);
        heardAt = clock.elapsed();
        complete ||= event.type === 'end';
        wakeAll();
      }
      outcome = { failed: false, error: null };
    } catch (error) {
      outcome = { failed: true, error };
      failed();
    }
    wakeAll();
  }

  // Once it is registered: what fails at once is then taken out again.
  queueMicrotask(pump);
  return {
    events,
    outcome: () => outcome,
    isOver: () => complete || outcome !== null,
    heardAt: () => heardAt,
    join: (member) => void members.add(member),
    leave: (member) => void members.delete(member),
    isPayer: (member) => payer() === member,
    goesOnWithout: (member) => payer(member) !== null,
    claim(member, until) {
      if (payer() !== member) return [];
      const account = events.slice(claimed, until).filter(isAccount);
      claimed = Math.max(claimed, until);
      return account;
    },
    abort: () => controller.abort(),
  };
}

/** True for what only the payer gets. */
export const isAccount = (event: ReplyEvent): event is AccountEvent =>
  event.type === 'attempt' || event.type === 'decision';

/** Where a conversation is cut back, and when: seldom and by much, so that its beginning stays the same in between. */

/** What a turn takes, in tokens. */
export interface TurnSize {
  readonly asking: number;
  readonly answer: number;
  readonly pinned: boolean;
  /** System messages that stand before its answer and after those of the turn before. */
  readonly system: number;
  /** False for a turn that nothing was asked with. */
  readonly isAsked: boolean;
}

/** How much is kept, in tokens. */
export interface TrimLimits {
  /** Beyond it a conversation is cut back. */
  readonly limit: number;
  /** To at most so much, where that can be. */
  readonly cutTo: number;
  /** What stands for the turns that are left out. */
  readonly standIn: number;
}

/** One cut. */
export interface Trim {
  /** The first turn that is kept, but for those that are pinned. */
  readonly start: number;
  /** Tokens that are left after it, with what stands for the rest. */
  readonly left: number;
  /** Turns until then, and the mean of what each takes in tokens. */
  readonly turns: number;
  readonly meanTurn: number;
}

/**
 * All cuts of a conversation, in order. They are told by going through it as it was asked, turn by turn, so that what
 * comes later changes no cut: between two of them all that is sent begins with the same messages. The newest turn is
 * always kept, and so are those that are pinned.
 */
export function trimsOf(turns: readonly TurnSize[], { limit, cutTo, standIn }: TrimLimits): readonly Trim[] {
  const trims: Trim[] = [];
  // Tokens of the turns before each, of all and of the pinned ones.
  const all = [0];
  const pinned = [0];
  let system = 0;
  let start = 0;
  for (const [now, turn] of turns.entries()) {
    system += turn.system;
    const sizeFrom = (first: number): number => {
      const kept = (all[now] as number) - (all[first] as number) + (pinned[first] as number);
      const isCut = (pinned[first] as number) < (all[first] as number);
      return system + kept + turn.asking + (isCut ? standIn : 0);
    };
    if (turn.isAsked && sizeFrom(start) > limit) {
      let first = start;
      while (first < now && sizeFrom(first) > cutTo) first += 1;
      if (first > start)
        trims.push({
          start: first,
          left: sizeFrom(first),
          turns: now + 1,
          meanTurn: (all[now] as number) / now,
        });
      start = first;
    }
    const whole = turn.asking + turn.answer;
    all.push((all[now] as number) + whole);
    pinned.push((pinned[now] as number) + (turn.pinned ? whole : 0));
  }
  return trims;
}

/**
 * In how many calls a cut is expected to save, this one among them: until the next cut, and no more than there were
 * turns, since how long a conversation went on is the best guess of how long it still will.
 */
export function callsUntilNext({ left, turns, meanTurn }: Trim, limit: number): number {
  const untilNext = 1 + Math.max(0, Math.floor((limit - left) / Math.max(1, meanTurn)));
  return Math.min(untilNext, turns);
}

/** Keeps a table below a size: what is worth the least goes first, and no more of it than must. */

/** A table whose size is summed up beside it. */
export interface SizedTable<Victim extends { readonly bytes: number }> {
  /** Bytes that it is over its limit now; zero or less when it is not. */
  over(): number;
  /** The next that may go, the least worth first: a handful, so that no statement holds the database for long. */
  victims(): readonly Victim[];
  remove(victim: Victim): void;
  /** Told when the table is empty and its sum still says otherwise. */
  emptied(): void;
}

/**
 * Takes out rows until the table is within its limit, at most `handfuls` of them. Runs inside its caller's
 * transaction.
 */
export function makeRoom<Victim extends { readonly bytes: number }>(
  table: SizedTable<Victim>,
  handfuls = Number.POSITIVE_INFINITY,
): void {
  for (let taken = 0, over = table.over(); over > 0 && taken < handfuls; taken++, over = table.over()) {
    const victims = table.victims();
    // Only another program can have made the sum wrong, but a daemon must not look for victims for ever.
    if (victims.length === 0) {
      table.emptied();
      return;
    }
    for (const victim of victims) {
      if (over <= 0) break;
      table.remove(victim);
      over -= victim.bytes;
    }
  }
}

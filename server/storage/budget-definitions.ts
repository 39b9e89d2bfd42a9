/** The budgets that a user has set, in their order. */
import { type Budget, parseBudget } from '../../protocol/budgets.ts';
import type { Database } from './database.ts';

/** The table of definitions. Its methods throw what SQLite throws. */
export interface BudgetDefinitions {
  /** As they are in the database now, whoever changed them. */
  all(): readonly Budget[];
  /** As they were when they were last read. */
  last(): readonly Budget[];
  save(budget: Budget): void;
  delete(id: string): void;
}

/** Makes the table's access. A definition that cannot be read, which only a newer Farthing can have written, is left out. */
export function createBudgetDefinitions({ connection }: Database): BudgetDefinitions {
  const select = connection.prepare<[], string>('SELECT definition FROM budgets ORDER BY position').pluck();
  const upsert = connection.prepare(`
    INSERT INTO budgets (id, position, definition)
    VALUES (:id, (SELECT coalesce(max(position), 0) + 1 FROM budgets), :definition)
    ON CONFLICT (id) DO UPDATE SET definition = :definition`);
  const remove = connection.prepare('DELETE FROM budgets WHERE id = ?');
  // Changes with every commit of another connection (SQLite documentation, "PRAGMA data_version").
  const version = connection.prepare<[], number>('PRAGMA data_version').pluck();
  const parsed = new Map<string, Budget | null>();
  let last: readonly Budget[] = [];
  let lastVersion: number | undefined;

  const parse = (definition: string): Budget | null => {
    const known = parsed.get(definition);
    if (known !== undefined) return known;
    const budget = parseBudget(JSON.parse(definition));
    const read = typeof budget === 'string' ? null : budget;
    parsed.set(definition, read);
    return read;
  };

  return {
    all() {
      const now = version.get();
      if (now === lastVersion) return last;
      last = select
        .all()
        .map(parse)
        .filter((budget) => budget !== null);
      // What a transaction sees may be rolled back.
      lastVersion = connection.inTransaction ? undefined : now;
      return last;
    },
    last: () => last,
    save({ id, ...budget }) {
      lastVersion = undefined;
      upsert.run({ id, definition: JSON.stringify({ id, ...budget }) });
    },
    delete(id) {
      lastVersion = undefined;
      remove.run(id);
    },
  };
}

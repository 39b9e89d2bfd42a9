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
  const parsed = new Map<string, Budget | null>();
  let last: readonly Budget[] = [];

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
      last = select
        .all()
        .map(parse)
        .filter((budget) => budget !== null);
      return last;
    },
    last: () => last,
    save({ id, ...budget }) {
      upsert.run({ id, definition: JSON.stringify({ id, ...budget }) });
    },
    delete(id) {
      remove.run(id);
    },
  };
}

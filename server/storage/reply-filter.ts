/** Which replies a filter means, as SQL. */
import type { ReplyFilter } from '../pipeline/ports.ts';

/** The condition for each field of a filter. */
const CONDITIONS: Readonly<Record<keyof ReplyFilter, string>> = {
  workspace: 'workspace IS :workspace',
  feature: 'feature = :feature',
  job: 'job = :job',
  provider: 'provider = :provider',
  model: 'model = :model',
  systemHash: 'system_hash = :systemHash',
  promptHashOtherThan: 'prompt_hash <> :promptHashOtherThan',
  servedModelOtherThan: 'served_model <> :servedModelOtherThan',
};

/** The WHERE clause of a filter, and the values that it names. What is not known (NULL) is other than nothing. */
export function filterSql(filter: ReplyFilter): {
  readonly where: string;
  readonly values: Readonly<Record<string, string | null>>;
} {
  const given = (Object.keys(CONDITIONS) as (keyof ReplyFilter)[]).filter(
    (field) => filter[field] !== undefined,
  );
  return {
    where: given.length === 0 ? 'TRUE' : given.map((field) => CONDITIONS[field]).join(' AND '),
    values: Object.fromEntries(given.map((field) => [field, filter[field] ?? null])),
  };
}

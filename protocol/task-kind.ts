/** Kinds of task, for what depends on them, such as how long an answer stays in the cache. */
export const TASK_KINDS = [
  'answer',
  'explain',
  'code',
  'extract',
  'classify',
  'summarise',
  'translate',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

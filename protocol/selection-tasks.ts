/** What can be done with selected code: one list, for the daemon that asks and the editor that shows what came of it. */
import type { TaskKind } from './task-kind.ts';

/** How one task is known, and what its answer is for. */
export interface SelectionTaskDefinition {
  /** As the ledger and budgets know its calls. */
  readonly feature: string;
  readonly kind: TaskKind;
  /** `text` is read; `replacement` takes the place of the selection; `file` is the text of a new file. */
  readonly answer: 'text' | 'replacement' | 'file';
}

/** Every task. What each asks of a model is in the daemon's list of the same names. */
export const SELECTION_TASKS = {
  explain: { feature: 'explain selection', kind: 'explain', answer: 'text' },
  refactor: { feature: 'refactor selection', kind: 'code', answer: 'replacement' },
  tests: { feature: 'write tests', kind: 'code', answer: 'file' },
  document: { feature: 'document selection', kind: 'code', answer: 'replacement' },
  fix: { feature: 'fix diagnostics', kind: 'code', answer: 'replacement' },
} as const satisfies Readonly<Record<string, SelectionTaskDefinition>>;

/** Name of a task. */
export type SelectionTask = keyof typeof SELECTION_TASKS;

/** The names, in the order of the list. */
export const SELECTION_TASK_NAMES = Object.keys(SELECTION_TASKS) as readonly SelectionTask[];

/** What an editor reports of a piece of code. */
export interface SelectionDiagnostic {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Counted from 1 in the selection's first line. */
  readonly line: number;
}

/** What stands around a selection in its file: as much of it as its sender found useful. */
export interface SelectionSurroundings {
  /** Ends where the selection begins. */
  readonly before: string;
  /** Begins where the selection ends. */
  readonly after: string;
  /** True where the two and the selection are the whole file. */
  readonly isWhole: boolean;
}

/** Selected code and what is to be done with it; without a task it is explained. */
export interface SelectionSource {
  readonly kind: 'selection';
  readonly code: string;
  /** VS Code's id of the language; "" where it is not known. */
  readonly languageId: string;
  /** As it is shown to the model: without folders, which are nobody's business. */
  readonly fileName: string;
  readonly task?: SelectionTask;
  readonly diagnostics?: readonly SelectionDiagnostic[];
  readonly around?: SelectionSurroundings;
}

/** The task of a selection. */
export const taskOf = ({ task }: Pick<SelectionSource, 'task'>): SelectionTaskDefinition =>
  SELECTION_TASKS[task ?? 'explain'];

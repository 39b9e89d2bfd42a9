/** THE LIST of tasks on selected code: what each asks. How it is known and what its answer is for is in the protocol. */
import type { SelectionTask } from '../../../protocol/selection-tasks.ts';
import { document } from './document.ts';
import { explain } from './explain.ts';
import { fix } from './fix.ts';
import { refactor } from './refactor.ts';
import type { Task } from './task.ts';
import { tests } from './tests.ts';

/** Every task. */
export const TASKS: Readonly<Record<SelectionTask, Task>> = { explain, refactor, tests, document, fix };

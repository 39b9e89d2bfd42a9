/** What the tasks on selected code are called on the screen. */
import { SELECTION_TASKS, type SelectionTask } from '../../protocol/selection-tasks.ts';
import type { L10n } from './l10n.ts';

/** The words of one task whose answer takes the place of the selection. */
export interface ProposalWords {
  /** Above the diff. */
  readonly title: string;
  /** Asks what is to be done with it. */
  readonly question: string;
}

/** The task's name, as the palette has it. */
export function taskTitle(task: SelectionTask, l10n: L10n): string {
  switch (task) {
    case 'explain':
      return l10n.t('Explain Selection');
    case 'refactor':
      return l10n.t('Refactor Selection');
    case 'tests':
      return l10n.t('Write Tests for Selection');
    case 'document':
      return l10n.t('Document Selection');
    case 'fix':
      return l10n.t('Fix Diagnostics');
  }
}

/** The words of a proposal for a file. */
export function proposalWords(task: SelectionTask, fileName: string, l10n: L10n): ProposalWords {
  const question = l10n.t('Apply the proposed change to {0}?', fileName);
  switch (task) {
    case 'document':
      return { title: l10n.t('Document {0} (Farthing): apply or discard', fileName), question };
    case 'fix':
      return { title: l10n.t('Fix {0} (Farthing): apply or discard', fileName), question };
    default:
      return { title: l10n.t('Refactor {0} (Farthing): apply or discard', fileName), question };
  }
}

/** What the answer of a task is called: "refactor a.ts answer". */
export const answerName = (task: SelectionTask, fileName: string): string =>
  `${SELECTION_TASKS[task].feature.split(' ')[0]} ${fileName}`;

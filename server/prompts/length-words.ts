/** Words about how long an answer should be. */
import type { TaskKind } from '../../protocol/task-kind.ts';

/** By kind; an answer to just anything may have to be long. */
export const LENGTH_DIRECTIVES: Readonly<Partial<Record<TaskKind, string>>> = {
  explain: 'Explain it in at most 200 words, unless it cannot be understood in so few.',
  code: 'Give the code without repeating what stays as it is, and at most three sentences on it.',
  extract: 'Give what is asked for and nothing else: no introduction and no explanation.',
  classify: 'Answer with the class alone.',
  summarise: 'Keep the summary to a fifth of the text at most, without an introduction.',
  translate: 'Give the translation and nothing else.',
};

/** Words by which a prompt says itself how long its answer should be. English only: in doubt nothing is added. */
export const SPEAKS_OF_LENGTH =
  /\b(words?|sentences?|lines?|paragraphs?|bullets?|characters?|tokens?|brief(ly)?|concise(ly)?|short(ly|er)?|long(er)?|length|details?|detailed|thorough(ly)?|comprehensive(ly)?|exhaustive(ly)?|in depth|step[- ]by[- ]step|explain your|only|alone|nothing else)\b/i;

/** Which documents are prompts, and what they are called. */

/** The documents that the daemon reads: VS Code's own language id, and the file name where that is not known. */
export const PROMPT_SELECTOR = [
  { language: 'prompt' },
  { scheme: 'file', pattern: '**/*.prompt.md' },
  { scheme: 'untitled', language: 'prompt' },
] as const;

/** Scheme of the read-only documents that show answers. */
export const ANSWER_SCHEME = 'farthing-answer';
/** Scheme of the read-only documents that show what a run of a prompt would do. */
export const PLAN_SCHEME = 'farthing-plan';
/** Scheme of the read-only documents that show a call of the ledger. */
export const CALL_SCHEME = 'farthing-call';

/** A prompt's name from its path: "/home/ada/review.prompt.md" is "review". */
export function promptName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/(\.prompt)?\.(md|prompt)$/i, '') || file || 'prompt';
}

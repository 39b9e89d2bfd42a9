/** Which documents are prompts, and what they are called. */

/** Endings of the files that one runs. Of "*.prompt" the daemon takes only those that are Dotprompt's. */
export const RUN_GLOB = '**/*.{prompt.md,prompty,prompt,prompt.yml,prompt.yaml}';

/** Prompts that one runs: VS Code's own language id, and the file name where that is not known. */
export const RUN_SELECTOR = [
  { language: 'prompt' },
  { scheme: 'file', pattern: RUN_GLOB },
  { scheme: 'untitled', language: 'prompt' },
] as const;

/** What agents are sent with every turn: counted, and never run. */
export const LOADED_SELECTOR = [
  { language: 'instructions' },
  { language: 'chatagent' },
  { language: 'skill' },
  { scheme: 'file', pattern: '**/*.{instructions,agent,chatmode}.md' },
  { scheme: 'file', pattern: '**/{SKILL,AGENTS,CLAUDE,CLAUDE.local,copilot-instructions}.md' },
] as const;

/** Programs, in which the daemon looks for prompts; most have none, and for those it does nothing more. */
const CODE_SELECTOR = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'python'].flatMap(
  (language) => [
    { scheme: 'file', language },
    { scheme: 'untitled', language },
  ],
);

/** Files that are prompts as a whole. */
export const PROMPT_FILE_SELECTOR = [...RUN_SELECTOR, ...LOADED_SELECTOR] as const;

/** The documents that the daemon reads. */
export const PROMPT_SELECTOR = [...PROMPT_FILE_SELECTOR, ...CODE_SELECTOR] as const;

/** Scheme of the read-only documents that show answers. */
export const ANSWER_SCHEME = 'farthing-answer';
/** Scheme of the read-only documents that show what a run of a prompt would do. */
export const PLAN_SCHEME = 'farthing-plan';
/** Scheme of the read-only documents that show a call of the ledger. */
export const CALL_SCHEME = 'farthing-call';
/** Scheme of the read-only document that shows what agents load with every turn. */
export const AUDIT_SCHEME = 'farthing-audit';

/** Scheme of the read-only documents that show a proposed change of a file. */
export const PROPOSAL_SCHEME = 'farthing-proposal';

/** Scheme of the read-only documents that show a prompt with suggestions carried out. */
export const COMPRESSED_SCHEME = 'farthing-compressed';

/** A prompt's name from its path: "/home/ada/review.prompt.md" is "review". */
export function promptName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.(?:prompt(?:y|\.md|\.ya?ml)?|md)$/i, '') || file || 'prompt';
}

/** What a connection needs only when somebody writes prompts: rules, their words and grammars load with the first use. */
import { loadOnce } from '../load-once.ts';

/** The compression rules and what runs them on a prompt's file. */
export const loadRules = loadOnce(async () => {
  const [{ RULES }, { MOST_SUGGESTIONS, suggest }, { fileEdits, textOfPrompt }] = await Promise.all([
    import('../prompts/compression/rules.ts'),
    import('../prompts/compression/suggest.ts'),
    import('../prompts/compression/text-of-prompt.ts'),
  ]);
  return { RULES, MOST_SUGGESTIONS, suggest, fileEdits, textOfPrompt };
});

/** Hints and quick fixes. */
export const loadHints = loadOnce(() => import('./suggestion-diagnostics.ts'));

/** Completion and hover in a front matter, which know the rules by name. */
export const loadFrontMatterHelp = loadOnce(() => import('./front-matter-help.ts'));

/** The handler behind "Compress Prompt". */
export const loadCompression = loadOnce(() => import('./compression.ts'));

/** The handler that audits always-loaded context. */
export const loadAudit = loadOnce(() => import('./audit-context.ts'));

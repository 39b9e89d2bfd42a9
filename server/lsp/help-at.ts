/** What an editor offers at a place of a prompt: help with its front matter, and the plan of a run at its first line. */
import type { CompletionItem, Hover, Position } from 'vscode-languageserver';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import { planHoverOf } from './code-lens.ts';
import type { HandlerContext } from './context.ts';
import type { HelpDependencies } from './front-matter-help.ts';
import { loadFrontMatterHelp } from './late-modules.ts';

/** None outside of a front matter. */
export async function completionsAt(
  context: HandlerContext,
  uri: string,
  position: Position,
): Promise<CompletionItem[]> {
  if (!isInFrontMatter(context.session.openPrompt(uri), position.line)) return [];
  return (await loadFrontMatterHelp()).frontMatterCompletions(uri, position, helpOf(context));
}

/** Null where there is nothing to say. */
export async function hoverAt(
  context: HandlerContext,
  uri: string,
  position: Position,
): Promise<Hover | null> {
  const { session, previews } = context;
  const prompt = session.openPrompt(uri);
  if (isInFrontMatter(prompt, position.line))
    return (await loadFrontMatterHelp()).frontMatterHover(uri, position, helpOf(context));
  if (prompt === null || !session.settings.codeLens || position.line !== prompt.bodyLine) return null;
  return planHoverOf(await previews.ofDocument(uri));
}

const helpOf = ({ session, daemon: { prices, clock } }: HandlerContext): HelpDependencies => ({
  session,
  prices,
  now: clock.now,
});

/** True between the two lines that hold a front matter. */
function isInFrontMatter(prompt: PromptDocument | null, line: number): boolean {
  const lines = prompt?.frontMatterLines ?? null;
  return lines !== null && line > lines.first && line < lines.last;
}

/** All lines above and in a prompt, by what it is for. */
import type { CodeLens } from 'vscode-languageserver';
import { codeLenses } from './code-lens.ts';
import type { HandlerContext } from './context.ts';
import { sectionLenses } from './section-lens.ts';
import { type CostOf, embeddedLenses, loadedLens } from './use-lens.ts';

/** None for a document that is not open, and where the setting is off. */
export async function lensesOf(
  { session, daemon, previews, counts }: Pick<HandlerContext, 'session' | 'daemon' | 'previews' | 'counts'>,
  uri: string,
): Promise<CodeLens[]> {
  const prompt = session.openPrompt(uri);
  const { settings } = session;
  if (prompt === null || !settings.codeLens) return [];
  const isRun = prompt.use === 'run';
  // Most programs have no prompt in them.
  if (!isRun && prompt.parts.length === 0) return [];
  const counted = settings.sectionCodeLens || !isRun ? await counts.of(uri) : null;
  const sections = counted === null || !settings.sectionCodeLens ? [] : sectionLenses(counted);
  if (isRun) return [...codeLenses(await previews.ofDocument(uri), prompt.bodyLine), ...sections];
  if (counted === null) return [];
  const costOf: CostOf = (usage) =>
    daemon.prices.cost(counted.provider, counted.model, usage, settings, daemon.clock.now()).nano;
  return prompt.use === 'loaded'
    ? [...loadedLens(counted, costOf), ...sections]
    : embeddedLenses(counted, costOf);
}

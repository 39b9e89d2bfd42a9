/** The cost panel as a person sees and uses it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { textOf, type WorkbenchWindow } from './window.ts';

/** Opens the panel by its icon in the activity bar, unless it is open, and returns its page. */
export async function openPanel({ page, panelFrame }: WorkbenchWindow): Promise<Frame> {
  // Until a side bar has its title it may still become the panel, and a click would then close it.
  const title = page.locator('.part.sidebar .composite.title h2:not(:empty)');
  await title.waitFor();
  if (!(await textOf(title)).startsWith('Farthing'))
    await page.locator('.activitybar .action-label[aria-label="Farthing"]').click();
  const frame = await panelFrame('Costs');
  await frame.locator('#panel > section').first().waitFor();
  return frame;
}

/** Value of the figure with this label, such as "Calls". */
export const figure = (frame: Frame, label: string): Promise<string> =>
  textOf(frame.locator('.figure', { has: frame.locator('dt', { hasText: label }) }).locator('.value'));

/** What the list of the last calls says, the newest first, each on one line. */
export async function lastCalls(frame: Frame): Promise<string[]> {
  const texts = await frame.locator('.call').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Rules of axe-core that the panel breaks badly, each with where; none for a page that everybody can use. */
export async function seriousViolations(frame: Frame): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await frame.evaluate(source);
  const found = await frame.locator('html').evaluate(async (root) => {
    // The webview is transparent and the side bar shines through; axe sees only what the page itself paints.
    root.style.background = 'var(--vscode-sideBar-background)';
    const { axe: rules } = globalThis as unknown as { readonly axe: typeof axe };
    const { violations } = await rules.run(root, { resultTypes: ['violations'] });
    root.style.background = '';
    return violations.map(({ id, impact, help, nodes }) => ({
      impact,
      text: `${id} (${help}): ${nodes.map(({ html }) => html).join(' ')}`,
    }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ text }) => text);
}

/** One window of VS Code in a browser, with what a person does and sees in it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { ROOT } from '../../scripts/run.ts';

/** A window that is ready. Everything waits until it is there, and throws after a while when it is not. */
export interface WorkbenchWindow {
  readonly page: Page;
  /** Opens a file of the workspace by its name, through quick open. */
  openFile(name: string): Promise<void>;
  /** Runs a command by its title, such as "Farthing: Run Prompt", through the command palette. */
  command(title: string): Promise<void>;
  /** The text of a notification that holds `part`. */
  notification(part: string): Promise<string>;
  /** Presses a button of the notification that holds `part`. */
  answerNotification(part: string, button: string): Promise<void>;
  /** The status bar item whose name, id or text for screen readers holds `name`. */
  statusBarItem(name: string): Locator;
  /** Texts of the code lenses on the screen in an editor group, the first by default. */
  codeLenses(group?: number): Promise<string[]>;
  /** The code lens that holds `part`. */
  codeLens(part: string): Locator;
  /** Clicks the code lens that holds `part`. */
  clickCodeLens(part: string): Promise<void>;
  /** Lines on the screen of the editor in a group, the first by default. */
  editorText(group?: number): Promise<string>;
  /** Types at the cursor of the active editor. */
  type(text: string): Promise<void>;
  /** Puts the cursor at the end of a line (from 1) of the active editor. */
  goToEndOf(line: number): Promise<void>;
  /** Content of the webview with this title (of a panel) or name (of a view). */
  panelFrame(title: string): Promise<Frame>;
  /**
   * Saves what the window shows, or one part of it, as test-results/screenshots/<name>-<theme>.png and returns the
   * path. The theme is the one that the window was opened with unless another is said.
   */
  screenshot(name: string, theme?: string, part?: Locator): Promise<string>;
  /** Loads the window anew, as "Reload Window" does, and waits for the workbench. */
  reload(): Promise<void>;
  /** Closes this window; the others stay. */
  closeWindow(): Promise<void>;
}

const WAIT_MILLISECONDS = 20_000;

/**
 * Reads again and again until what was read matches, and returns the match. Line breaks count as spaces, because
 * editors wrap. Throws with what was read last.
 */
export async function seen(read: () => Promise<string>, wanted: RegExp): Promise<RegExpExecArray> {
  const limit = performance.now() + WAIT_MILLISECONDS;
  for (;;) {
    const text = (await read()).replace(/\s+/g, ' ');
    const match = wanted.exec(text);
    if (match !== null) return match;
    if (performance.now() > limit) throw new Error(`${wanted} did not come. What was there: ${text}`);
    await delay(50);
  }
}

/** What is on the screen of all that a locator finds, on one line; "" for nothing. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join(' ').replace(/\s+/g, ' ').trim();
}

/**
 * Opens an address of the server in a browser context of its own and waits for the workbench. The time zone is the
 * machine's unless another is said.
 */
export async function openWindow(
  browser: Browser,
  address: string,
  theme: string,
  timeZone?: string,
): Promise<WorkbenchWindow> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
  });
  context.setDefaultTimeout(WAIT_MILLISECONDS);
  const page = await context.newPage();
  await page.goto(address);
  // The explorer is filled by the remote side, so a row says that the connection stands.
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();

  const group = (index: number) => page.locator('.editor-group-container').nth(index);
  const toast = (part: string) =>
    page.locator('.notifications-toasts .notification-list-item', { hasText: part }).first();
  const pick = async (shortcut: string, text: string, row: string) => {
    const input = page.locator('.quick-input-widget .quick-input-box input');
    await page.keyboard.press(shortcut);
    await input.waitFor();
    const asks = await input.getAttribute('placeholder');
    await input.fill(text);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
    // A command may ask for something else in the same place.
    await page.locator(`.quick-input-box input[placeholder="${asks}"]`).waitFor({ state: 'hidden' });
    // Away from the editor, where a resting pointer opens hovers.
    await page.mouse.move(0, 0);
  };

  return {
    page,
    openFile: async (name) => {
      await pick('Control+P', name, path.basename(name));
      await page
        .locator('.tab.active', { hasText: path.basename(name) })
        .first()
        .waitFor();
      await page.locator('.editor-group-container.active .view-line').first().waitFor();
    },
    command: (title) => pick('F1', `>${title}`, title),
    notification: async (part) =>
      plain((await toast(part).locator('.notification-list-item-message').textContent()) ?? '').trim(),
    answerNotification: (part, button) => toast(part).locator('.monaco-button', { hasText: button }).click(),
    statusBarItem: (name) =>
      page
        .locator('.statusbar-item')
        .filter({ has: page.locator(`[aria-label*="${name}" i]`) })
        .or(page.locator(`.statusbar-item:is([id*="${name}" i], [aria-label*="${name}" i])`))
        .first(),
    codeLenses: async (index = 0) => {
      const lenses = group(index).locator('.codelens-decoration > :is(a, span):not(:empty)');
      await lenses.first().waitFor();
      const texts = await lenses.allInnerTexts();
      return texts.map((text) => plain(text).trim()).filter((text) => text !== '' && text !== '|');
    },
    codeLens: (part) => page.locator('.codelens-decoration > :is(a, span)', { hasText: part }).first(),
    clickCodeLens: (part) => page.locator('.codelens-decoration a', { hasText: part }).first().click(),
    editorText: async (index = 0) => {
      await group(index).locator('.view-line').first().waitFor();
      // Lines are placed by position; their order in the document is the order of creation.
      const placed = (selector: string) =>
        group(index)
          .locator(selector)
          .evaluateAll((elements) =>
            elements.map((element) => ({
              top: Math.round(element.getBoundingClientRect().top),
              text: element.textContent ?? '',
            })),
          );
      const lines = await placed('.view-line');
      // A line that is too long goes on in the next one, which has no number.
      const numbered = new Set((await placed('.line-numbers')).map(({ top }) => top));
      return lines
        .toSorted((a, b) => a.top - b.top)
        .map(({ top, text }, place) => `${place > 0 && numbered.has(top) ? '\n' : ''}${plain(text)}`)
        .join('');
    },
    type: (text) => page.keyboard.type(text),
    goToEndOf: async (line) => {
      await page.keyboard.press('Control+G');
      await page.locator('.quick-input-widget .quick-input-box input').fill(`:${line}`);
      await page.keyboard.press('Enter');
      await page.locator('.statusbar-item', { hasText: `Ln ${line}, ` }).waitFor();
      await page.keyboard.press('End');
    },
    panelFrame: (title) => webviewFrame(page, title),
    screenshot: async (name, themeShown = theme, part) => {
      const file = path.join(ROOT, 'test-results/screenshots', `${name}-${themeShown}.png`);
      await mkdir(path.dirname(file), { recursive: true });
      await (part ?? page).screenshot({ path: file });
      return file;
    },
    reload: async () => {
      await page.reload();
      await page.locator('.statusbar-item[id="status.editor.selection"]').waitFor();
    },
    closeWindow: () => context.close(),
  };
}

/** A webview is an iframe that holds VS Code's script and, in it, an iframe with the extension's page and title. */
async function webviewFrame(page: Page, title: string): Promise<Frame> {
  const limit = performance.now() + WAIT_MILLISECONDS;
  while (performance.now() < limit) {
    for (const frame of page.frames()) if ((await activeTitle(frame)) === title) return frame;
    await delay(50);
  }
  throw new Error(`No webview is titled "${title}".`);
}

/** Title of the extension's page in a frame; null for frames of VS Code, and for one that is just going away. */
async function activeTitle(frame: Frame): Promise<string | null> {
  try {
    const element = await frame.frameElement();
    const isActive = (await element.getAttribute('id')) === 'active-frame';
    return isActive ? await element.getAttribute('title') : null;
  } catch {
    return null;
  }
}

/** VS Code draws spaces as no-break spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

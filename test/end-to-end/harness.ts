/**
 * Opens a real VS Code with the packaged extension in it, as a person would have it: a server with a connection
 * token, a profile with nothing else in it, and Chromium in front. Everything is in temporary folders.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchChromium } from '../host/browser.ts';
import { stopDaemon } from '../host/daemon.ts';
import { installHost } from '../host/install.ts';
import { startServer } from '../host/server.ts';
import { assertNoKeys } from '../support/secrets.ts';
import { openWindow, type WorkbenchWindow } from './window.ts';

/** Themes to look at, by what a file's name should say: VS Code's id of each, its name, and the kind it is of. */
export const THEMES = {
  light: { id: 'Light Modern', label: 'Light Modern', kind: 'vs' },
  'high-contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', kind: 'hc-black' },
  dark: { id: 'Dark Modern', label: 'Dark Modern', kind: 'vs-dark' },
} as const;

/** Name of a theme. */
export type Theme = keyof typeof THEMES;

/** What to open. */
export interface WorkbenchOptions {
  /** The packaged extension. */
  readonly vsix: string;
  /** Folder that is copied and opened. */
  readonly workspace: string;
  /** Settings of the user, added to those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of scope "machine", such as `farthing.providers`. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Default: dark. */
  readonly theme?: Theme;
  /** State folder of the daemon. Default: one of its own, removed at the end. */
  readonly state?: string;
  /** Added to the environment of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** True to open the folder in Restricted Mode. Default: it is trusted. */
  readonly asksForTrust?: boolean;
}

/** An open VS Code: its first window, and what belongs to all windows. */
export interface Workbench extends WorkbenchWindow {
  /** The copy of the workspace that is open. */
  readonly workspace: string;
  /** State folder of the daemon. */
  readonly state: string;
  /** Opens the workspace in a second window, as another person at the same server would: nothing is shared but it. */
  newWindow(): Promise<WorkbenchWindow>;
  /** Chooses a theme in the first window, by the keyboard, and waits until it is shown. */
  setTheme(theme: Theme): Promise<void>;
  /** All that the server and the extension host printed. */
  output(): string;
  /** Ends the browser, the server and the daemon, and removes the folders. */
  close(): Promise<void>;
}

const QUIET: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Installs what is missing, starts everything and returns when the workbench can be used. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  await installHost();
  const theme = options.theme ?? 'dark';
  const timeZone = noonZone();
  const cleanUp = new AsyncDisposableStack();
  try {
    // Short, because a socket's path has little room.
    const folder = await mkdtemp(path.join(tmpdir(), 'farthing-'));
    cleanUp.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const workspace = path.join(folder, path.basename(options.workspace));
    await cp(options.workspace, workspace, { recursive: true });
    const state = options.state ?? path.join(folder, 'state');
    await mkdir(state, { recursive: true, mode: 0o700 });
    // After the daemon and the editor have ended, whose logs are below the folder too.
    cleanUp.defer(() => assertNoKeys(folder));
    if (options.state === undefined) cleanUp.defer(() => stopDaemon(state));
    else cleanUp.defer(() => assertNoKeys(state));

    const server = await startServer({
      dataDirectory: path.join(folder, 'vscode'),
      connectionToken: randomBytes(16).toString('hex'),
      extensions: [options.vsix],
      userSettings: { ...QUIET, 'workbench.colorTheme': THEMES[theme].id, ...options.settings },
      machineSettings: options.machineSettings ?? {},
      asksForTrust: options.asksForTrust ?? false,
      environment: { ...options.environment, FARTHING_STATE: state, TZ: timeZone },
    });
    cleanUp.defer(() => server.stop());
    const browser = await launchChromium();
    cleanUp.defer(() => browser.close());

    // A context for each window: two pages of one context share a worker that lets only one of them start.
    const newWindow = () => openWindow(browser, server.address(workspace), theme, timeZone);
    const first = await newWindow();
    return {
      ...first,
      workspace,
      state,
      newWindow,
      setTheme: async (shown) => {
        const { page } = first;
        await page.keyboard.press('Control+K');
        await page.keyboard.press('Control+T');
        const input = page.locator('.quick-input-widget .quick-input-box input');
        await input.fill(THEMES[shown].label);
        await page
          .locator('.quick-input-list .monaco-list-row.focused', { hasText: THEMES[shown].label })
          .waitFor();
        await input.press('Enter');
        await input.waitFor({ state: 'hidden' });
        await page.locator(`.monaco-workbench.${THEMES[shown].kind}`).waitFor();
      },
      output: server.output,
      close: () => cleanUp.disposeAsync(),
    };
  } catch (error) {
    await cleanUp.disposeAsync();
    throw error;
  }
}

/** A test's act that leaves a picture of the window behind when it fails. */
export const picturing =
  (workbench: () => Workbench, act: () => Promise<void>) =>
  async ({ name }: { readonly name: string }) => {
    try {
      await act();
    } catch (error) {
      await workbench().screenshot(`failed-${name.replace(/\W+/g, '-').slice(0, 60)}`);
      throw error;
    }
  };

/** A time zone in which it is about noon, so that no test sees the day end. The signs of these names are inverted. */
function noonZone(): string {
  const west = new Date().getUTCHours() - 12;
  return `Etc/GMT${west < 0 ? '' : '+'}${west}`;
}

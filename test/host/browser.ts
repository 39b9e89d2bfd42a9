/** Finds, installs and launches the Chromium that shows VS Code. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ROOT, runOrThrow, step } from '../../scripts/run.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Path of a Chromium on this machine, null when there is none. FARTHING_CHROMIUM comes before all others. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = [
    process.env['FARTHING_CHROMIUM'] ?? '',
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...PLACES,
    chromium.executablePath(),
  ];
  return candidates.find((candidate) => candidate !== '' && existsSync(candidate)) ?? null;
}

/** Path of a Chromium, installed first where there is none: by apt-get for root on Debian, else by Playwright. */
export async function installChromium(): Promise<string> {
  const present = findChromium();
  if (present !== null) return present;
  await step('Installing Chromium (once)', async () => {
    const isDebianRoot = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
    if (!isDebianRoot) {
      const playwright = path.join(ROOT, 'node_modules/playwright-core/cli.js');
      return runOrThrow(process.execPath, [playwright, 'install', 'chromium']);
    }
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runOrThrow('apt-get', ['-qq', 'update'], { environment });
    // A bare machine has no font to draw letters with.
    const packages = ['chromium', 'fonts-dejavu-core'];
    return runOrThrow('apt-get', ['-qq', '-y', 'install', '--no-install-recommends', ...packages], {
      environment,
    });
  });
  const installed = findChromium();
  if (installed === null)
    throw new Error(
      'Chromium was installed but is not found. Set FARTHING_CHROMIUM to its path and try again.',
    );
  return installed;
}

/** Launches a Chromium without a window. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await installChromium(), args: ARGUMENTS });
}

/** Settings of the command line: a file of its own beside the ledger, and the environment. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { farthingError } from '../../protocol/errors.ts';
import { parseSettings, type SettingProblem, type Settings } from '../../protocol/settings.ts';
import type { Terminal } from './terminal.ts';

/** Settings as they are sent to the daemon, as they read, and what could not be read. */
export interface CommandSettings {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly problems: readonly SettingProblem[];
}

/**
 * Reads `settings.json` in the state folder (the keys of VS Code's settings, with or without "farthing."), or the
 * file that FARTHING_SETTINGS names. OPENAI_BASE_URL redirects the provider whose key is OPENAI_API_KEY.
 */
export function readSettings({
  environment,
  paths,
}: Pick<Terminal, 'environment' | 'paths'>): CommandSettings {
  const file = environment['FARTHING_SETTINGS'] ?? path.join(paths.folder, 'settings.json');
  const raw = { ...readFile(file) };
  const baseUrl = environment['OPENAI_BASE_URL'];
  if (baseUrl) {
    const { providers } = parseSettings(raw).settings;
    raw['providers'] = providers.map((provider) => ({
      ...provider,
      ...(provider.keyEnvironment === 'OPENAI_API_KEY' ? { baseUrl } : {}),
    }));
  }
  return { raw, ...parseSettings(raw) };
}

function readFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
    return Object.fromEntries(entries.map(([key, setting]) => [key.replace(/^farthing\./, ''), setting]));
  } catch (cause) {
    const detail = cause instanceof SyntaxError ? 'it is not valid JSON' : String((cause as Error).message);
    throw farthingError('fileUnreadable', { file, detail }, { cause });
  }
}

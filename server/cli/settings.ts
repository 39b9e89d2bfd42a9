/** Settings of the command line: a file of its own beside the ledger, and the environment. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { farthingError } from '../../protocol/errors.ts';
import { parseSettings, type SettingProblem, type Settings } from '../../protocol/settings.ts';
import { describeFileError } from './file-errors.ts';
import { type Terminal, UsageError } from './terminal.ts';

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
  const named = environment['FARTHING_SETTINGS'];
  const raw = named ? readFile(named) : readIfThere(path.join(paths.folder, 'settings.json'));
  const baseUrl = environment['OPENAI_BASE_URL'];
  if (baseUrl) {
    // With the default instead, the prompt would go to somebody whom the user did not choose.
    if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
      throw new UsageError(
        'OPENAI_BASE_URL is not an http or https URL. Write it like http://localhost:8080/v1.',
      );
    const { providers } = parseSettings(raw).settings;
    raw['providers'] = providers.map((provider) => ({
      ...provider,
      ...(provider.keyEnvironment === 'OPENAI_API_KEY' ? { baseUrl } : {}),
    }));
  }
  return { raw, ...parseSettings(raw) };
}

const readIfThere = (file: string): Record<string, unknown> => (existsSync(file) ? readFile(file) : {});

function readFile(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SyntaxError('a list or a single value');
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, setting]) => [key.replace(/^farthing\./, ''), setting]));
  } catch (cause) {
    const detail = cause instanceof SyntaxError ? 'it is not a JSON object' : describeFileError(cause);
    throw farthingError('fileUnreadable', { file, detail }, { cause });
  }
}

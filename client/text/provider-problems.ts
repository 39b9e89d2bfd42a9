/** What a person may type for an endpoint of their own, and what is said when it cannot be used. */
import { isLoopback } from '../../protocol/settings.ts';
import type { L10n } from './l10n.ts';

/** What is wrong with something typed. An error cannot be accepted, a hint can. */
export interface Problem {
  readonly severity: 'error' | 'hint';
  readonly message: string;
}

const error = (message: string): Problem => ({ severity: 'error', message });
const hint = (message: string): Problem => ({ severity: 'hint', message });

/** The base URL in what was typed or pasted: without white space, a slash at its end, or the path of one request. */
export const cleanBaseUrl = (typed: string): string =>
  typed
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|models|embeddings|responses)$/, '')
    .replace(/\/+$/, '');

/** Why `typed` cannot be a base URL, or what is unusual about it; null for neither. */
export function baseUrlProblem(typed: string, l10n: L10n): Problem | null {
  const text = cleanBaseUrl(typed);
  if (text === '') return error(l10n.t('Type the base URL, for example https://api.example.com/v1.'));
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text))
    return error(l10n.t('Begin with https://, or with http:// for a server of your own.'));
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return error(l10n.t('Leave name and password out of the URL; the key is asked for next.'));
  if (url.search !== '' || url.hash !== '')
    return error(l10n.t('Leave out everything from "?" or "#" on; a base URL ends with its path.'));
  if (url.protocol === 'http:' && !isLoopback(text))
    return hint(
      l10n.t('http is not encrypted: the key and prompts can be read on their way. Use https if it has it.'),
    );
  if (url.pathname === '/') return hint(l10n.t('Most endpoints end in /v1. Look it up if the test fails.'));
  return null;
}

/** Why `typed` cannot be a provider's name; null when it can. */
export function nameProblem(typed: string, taken: readonly string[], l10n: L10n): Problem | null {
  const name = typed.trim();
  if (name === '') return error(l10n.t('Type a name. It is shown with every answer.'));
  if (name.includes('/'))
    return error(l10n.t('Leave out "/": it divides provider and model in the settings.'));
  if (taken.some((other) => other.trim().toLowerCase() === name.toLowerCase()))
    return error(l10n.t('{0} is set up already. Choose another name.', name));
  return null;
}

/** Why `typed` cannot be a list of model ids; null when it can. */
export function modelsProblem(typed: string, l10n: L10n): Problem | null {
  const ids = modelIds(typed);
  if (ids.length === 0) return error(l10n.t('Type the id of at least one model.'));
  if (ids.some((id) => /\s/.test(id)))
    return error(l10n.t('Divide ids with commas; there are no spaces in them.'));
  return null;
}

/** Ids from a list divided by commas. */
export const modelIds = (typed: string): readonly string[] => [
  ...new Set(
    typed
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  ),
];

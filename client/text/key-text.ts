/** What an API key may look like. No key is ever part of a message. */
import type { L10n } from './l10n.ts';

/** Why `typed` cannot be a key, or null when it can. White space around it does not count. */
export function keyProblem(typed: string, l10n: L10n): string | null {
  const key = typed.trim();
  if (key === '') return l10n.t('Paste the API key, or press Escape to leave everything as it is.');
  if (/\s/.test(key))
    return l10n.t('There is white space inside the key. Copy it again, without line breaks.');
  if (/[^\x21-\x7e]/.test(key)) return l10n.t('There are characters that no API key has. Copy it again.');
  return null;
}

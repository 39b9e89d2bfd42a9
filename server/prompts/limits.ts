/** What is refused before it costs anything: prompts beyond the limit, and files that are not UTF-8. */
import { farthingError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';

const BYTES_PER_MEGABYTE = 1_000_000;

/** Throws promptTooLarge when `messages` have more UTF-8 bytes than the setting `prompt.limitMegabytes` allows. */
export function checkPromptSize(
  messages: readonly Message[],
  settings: Pick<Settings, 'promptLimitMegabytes'>,
): void {
  const limit = settings.promptLimitMegabytes;
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content, 'utf8'), 0);
  const megabytes = bytes / BYTES_PER_MEGABYTE;
  if (megabytes > limit)
    throw farthingError('promptTooLarge', { megabytes: roundedUp(megabytes, limit), limit });
}

/** The text of a file's `bytes`, without a byte order mark. Throws notUtf8 for anything else, UTF-16 included. */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw farthingError('notUtf8', { file }, { cause });
  }
}

/** With as few digits as show that it is more than the limit, so that nobody reads "8.0 MB, more than the 8 MB". */
function roundedUp(megabytes: number, limit: number): string {
  for (let digits = 1; digits < 6; digits++) {
    const shown = megabytes.toFixed(digits);
    if (Number(shown) > limit) return shown;
  }
  return megabytes.toFixed(6);
}

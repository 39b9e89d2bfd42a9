import type { Message } from '../../protocol/messages.ts';
import { hashText } from './hash.ts';

/** What tells system prompts apart: a hash of the system messages; null where there are none. */
export function systemHashOf(messages: readonly Message[]): string | null {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return system.length === 0 ? null : hashText(JSON.stringify(system));
}

/**
 * Role lines, as Prompty writes them: a line that is exactly `system:`, `user:` or `assistant:`, in any case and
 * outside code fences, begins a message of that role.
 */
import type { Message } from '../../protocol/messages.ts';
import { closesFence, openingFence } from './fences.ts';
import { isBlank, splitLines, withoutLineEnd } from './lines.ts';

/** A message in a body: UTF-16 units from `start` to before `end`. */
export interface RolePlace extends Message {
  readonly start: number;
  readonly end: number;
  /** Where its role line begins; null for text above the first role line. */
  readonly roleLine: number | null;
}

/** Reads a line as the beginning of a message; null for text. `rest` is what of the line belongs to the message. */
export type RoleReader = (line: string) => { readonly role: Message['role']; readonly rest: number } | null;

/**
 * The messages of a prompt's body, in order, before variables are filled, with where each lies in the body. Text above
 * the first role line is a `user` message, for it is what VS Code would send. Blank lines around a message are dropped,
 * everything inside it stays byte for byte, and a role without text gives no message. `read` knows the format's role
 * lines. Takes linear time.
 */
export function placeRoles(body: string, read: RoleReader = roleOf): readonly RolePlace[] {
  const found: RolePlace[] = [];
  let role: Message['role'] = 'user';
  let roleLine: number | null = null;
  let start: number | null = null;
  let end = 0;
  let fence: string | null = null;
  const close = () => {
    if (start !== null) found.push({ role, content: body.slice(start, end), start, end, roleLine });
    start = null;
  };
  let at = 0;
  for (const line of splitLines(body)) {
    const next = fence === null ? read(line) : null;
    let text = 0;
    if (next !== null) {
      close();
      role = next.role;
      roleLine = at;
      text = next.rest;
    } else {
      fence = fence === null ? openingFence(line) : closesFence(line, fence) ? null : fence;
    }
    const rest = line.slice(text);
    if (!isBlank(rest)) {
      start ??= at + text;
      end = at + text + withoutLineEnd(rest).length;
    }
    at += line.length;
  }
  close();
  return found;
}

const roleOf: RoleReader = (line) => {
  const role = /^(system|user|assistant):\s*$/i.exec(line)?.[1]?.toLowerCase();
  return role === 'system' || role === 'user' || role === 'assistant' ? { role, rest: line.length } : null;
};

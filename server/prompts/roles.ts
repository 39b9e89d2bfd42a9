/**
 * Role lines, as Prompty writes them: a line that is exactly `system:`, `user:` or `assistant:`, in any case and
 * outside code fences, begins a message of that role.
 */
import type { Message } from '../../protocol/messages.ts';
import { isBlank, splitLines, withoutLineEnd } from './lines.ts';

/**
 * The messages of a prompt's body, in order, before variables are filled. Text above the first role line is a
 * `user` message, for it is what VS Code would send. Blank lines around a message are dropped, everything inside it
 * stays byte for byte, and a role without text gives no message.
 */
export function splitRoles(body: string): Message[] {
  const sections: { role: Message['role']; lines: string[] }[] = [{ role: 'user', lines: [] }];
  let fence: string | null = null;
  for (const line of splitLines(body)) {
    const role = fence === null ? roleOf(line) : null;
    if (role === null) {
      sections.at(-1)?.lines.push(line);
      fence = fence === null ? openingFence(line) : closesFence(line, fence) ? null : fence;
    } else {
      sections.push({ role, lines: [] });
    }
  }
  return sections
    .map(({ role, lines }) => ({ role, content: withoutOuterBlankLines(lines) }))
    .filter(({ content }) => content !== '');
}

function roleOf(line: string): Message['role'] | null {
  const role = /^(system|user|assistant):\s*$/i.exec(line)?.[1]?.toLowerCase();
  return role === 'system' || role === 'user' || role === 'assistant' ? role : null;
}

/**
 * The characters that open a code fence; null for any other line. As in CommonMark, but for the indentation, which
 * may be any: a fence inside a list is indented.
 */
function openingFence(line: string): string | null {
  return /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null;
}

function closesFence(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
}

function withoutOuterBlankLines(lines: readonly string[]): string {
  const first = lines.findIndex((line) => !isBlank(line));
  const last = lines.findLastIndex((line) => !isBlank(line));
  return first === -1 ? '' : withoutLineEnd(lines.slice(first, last + 1).join(''));
}

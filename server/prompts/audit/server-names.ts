/** Names of the MCP servers of a workspace, from `.vscode/mcp.json` or `.mcp.json`. */
import { parseDocument } from 'yaml';
import { isCostlyYaml } from '../yaml-entries.ts';

/** The names; null for what cannot be read. VS Code's file may have comments and commas at ends, as JSON with comments. */
export function serverNames(text: string): readonly string[] | null {
  const plain = withoutComments(text);
  if (plain.trim() === '') return [];
  if (isCostlyYaml(plain)) return null;
  try {
    // JSON is YAML, and YAML takes a comma at the end.
    const document = parseDocument(plain, { prettyErrors: false, logLevel: 'error' });
    if (document.errors.length > 0) return null;
    const value: unknown = document.toJS();
    if (!isObject(value)) return null;
    const servers = value['servers'] ?? value['mcpServers'] ?? {};
    return isObject(servers) ? Object.keys(servers) : null;
  } catch {
    // Aliases or depths that no such file has.
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without comments, which may hold what looks like a text; one that is not closed goes to the end. Texts may hold what looks like a comment. */
const withoutComments = (text: string): string =>
  text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
    (_, quoted: string | undefined) => quoted ?? '',
  );

/** Files that coding agents load by themselves: what they are called, for whoever looks for them. */

/** What a file is to an agent. */
export type ContextFileKind =
  | 'agents'
  | 'claude'
  | 'copilot'
  | 'instructions'
  | 'agent'
  | 'skill'
  | 'prompt'
  | 'servers';

interface ContextFilePattern {
  readonly kind: ContextFileKind;
  /** For VS Code's search of files. */
  readonly glob: string;
  /** For a path with "/" between its folders, without one at its beginning. */
  readonly matches: RegExp;
}

/** THE LIST. A path is what the first of them says that fits. */
export const CONTEXT_FILES: readonly ContextFilePattern[] = [
  { kind: 'agents', glob: '**/AGENTS.md', matches: /(^|\/)AGENTS\.md$/ },
  { kind: 'claude', glob: '**/{CLAUDE,CLAUDE.local}.md', matches: /(^|\/)CLAUDE(\.local)?\.md$/ },
  {
    kind: 'copilot',
    glob: '**/.github/copilot-instructions.md',
    matches: /(^|\/)\.github\/copilot-instructions\.md$/,
  },
  { kind: 'instructions', glob: '**/*.instructions.md', matches: /\.instructions\.md$/ },
  { kind: 'agent', glob: '**/*.{agent,chatmode}.md', matches: /\.(agent|chatmode)\.md$/ },
  { kind: 'skill', glob: '**/SKILL.md', matches: /(^|\/)SKILL\.md$/ },
  { kind: 'prompt', glob: '**/*.prompt.md', matches: /\.prompt\.md$/ },
  { kind: 'servers', glob: '**/{.vscode/mcp,.mcp}.json', matches: /(^|\/)(\.vscode\/mcp|\.mcp)\.json$/ },
];

/** Folders that are never searched: other people's files, and what a build makes. */
export const SKIPPED_FOLDERS = ['node_modules', '.git', 'bower_components', 'vendor', 'dist', 'out'] as const;

/** The most files that an audit takes; more than any workspace should have. */
export const MOST_CONTEXT_FILES = 500;

/** The longest of them, in bytes or UTF-16 units; a longer one is no text that an agent loads. */
export const LONGEST_CONTEXT_FILE = 1_000_000;

/** What a file is to an agent, by its path; null for nothing. */
export const contextFileKind = (path: string): ContextFileKind | null =>
  CONTEXT_FILES.find(({ matches }) => matches.test(path))?.kind ?? null;

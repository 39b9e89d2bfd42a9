/** THE LIST of languages whose code is checked, by the word that its block names. */
import { loadOnce } from '../load-once.ts';
import type { Grammar } from './grammar.ts';

/** A language that can be checked. */
export interface Language {
  readonly name: string;
  /** Its grammar, which is loaded with the first code of the language: some of them take megabytes. */
  load(): Promise<Grammar>;
}

const script = loadOnce(() => import('./script-grammar.ts'));
const python = loadOnce(() => import('./python-grammar.ts'));
const json = loadOnce(() => import('./json-grammar.ts'));
const yaml = loadOnce(() => import('../prompts/yaml-fault.ts'));

const JAVASCRIPT: Language = { name: 'JavaScript', load: async () => (await script()).javascriptGrammar };
const TYPESCRIPT: Language = { name: 'TypeScript', load: async () => (await script()).typescriptGrammar };
const PYTHON: Language = { name: 'Python', load: async () => (await python()).pythonGrammar };
const JSON_TEXT: Language = { name: 'JSON', load: async () => (await json()).jsonGrammar };
const YAML: Language = { name: 'YAML', load: async () => (await yaml()).yamlFaultLine };

/** Languages by the word after a fence. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ...['js', 'javascript', 'jsx', 'mjs', 'cjs', 'node'].map((word) => [word, JAVASCRIPT] as const),
  ...['ts', 'typescript', 'tsx', 'mts', 'cts'].map((word) => [word, TYPESCRIPT] as const),
  ...['py', 'python', 'python3'].map((word) => [word, PYTHON] as const),
  ['json', JSON_TEXT],
  ...['yaml', 'yml'].map((word) => [word, YAML] as const),
]);

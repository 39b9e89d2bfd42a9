/** Prompts in programs in TypeScript and JavaScript. */
import { codeDocument } from './code/code-document.ts';
import { lateReader } from './code/late-reader.ts';
import type { PromptFormat } from './format.ts';

const LANGUAGES = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];

const literals = lateReader(async () => (await import('./code/read-javascript.ts')).readJavascript);

/** Each literal that is handed to a model is a message. */
export const javascript: PromptFormat = {
  id: 'javascript',
  title: 'Prompts in TypeScript or JavaScript',
  matches: ({ path, languageId }) => LANGUAGES.includes(languageId) || /\.[cm]?[jt]sx?$/i.test(path),
  load: literals.load,
  read: (file) => codeDocument(file, 'javascript', literals.read(file)),
};

/** Prompts in programs in Python. */
import { codeDocument } from './code/code-document.ts';
import { lateReader } from './code/late-reader.ts';
import type { PromptFormat } from './format.ts';

const literals = lateReader(async () => (await import('./code/read-python.ts')).readPython);

/** Each literal that is handed to a model is a message. */
export const python: PromptFormat = {
  id: 'python',
  title: 'Prompts in Python',
  matches: ({ path, languageId }) => languageId === 'python' || /\.pyi?$/i.test(path),
  load: literals.load,
  read: (file) => codeDocument(file, 'python', literals.read(file)),
};

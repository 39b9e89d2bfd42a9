/** Reads programs in TypeScript and JavaScript. */
import { javascript } from '../../../grammars/javascript.ts';
import type { PromptFile } from '../format.ts';
import { javascriptLiterals } from './javascript-literals.ts';
import type { ReadLiterals } from './late-reader.ts';

/** The literals of a program, in the dialect of its name or its language. */
export const readJavascript: ReadLiterals = (file) =>
  javascriptLiterals(
    file.text,
    javascript
      .configure({ dialect: dialectOf(file) })
      // The grammar ends a string at the second half of a continued line's end; offsets stay as they are.
      .parse(file.text.replaceAll('\\\r\n', '\\\n ')),
  );

function dialectOf({ path, languageId }: PromptFile): string {
  if (languageId === 'typescript' || /\.[cm]?ts$/i.test(path)) return 'ts';
  return languageId === 'typescriptreact' || /\.tsx$/i.test(path) ? 'ts jsx' : 'jsx';
}

/** What a sentence is about, for comparing sentences: its content words without their endings. */
import { setOf } from './phrase-table.ts';
import type { Word } from './words.ts';

/** Words that carry grammar or courtesy. Negations, modal verbs of duty and quantities carry meaning and are not here. */
const EMPTY = setOf(`
  a an the and of to in for on with by at from as is are be been being was were it its this that these those you your i my
  me we our us they their them will would please kindly also then so there here which who what make sure ensure that's it's
  should very really just simply provide provided give use using used be able can may any have has had do does
  expert experienced skilled professional specialist specializing
`);

/** A crude stem: enough for "explain", "explains" and "explained" to meet, and no more. */
function stem(word: string): string {
  if (word.length > 6 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 5 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 5 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && word.endsWith('es')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  if (word.length > 4 && word.endsWith('e')) return word.slice(0, -1);
  return word;
}

/** In their order, with repeats. */
export const contentStems = (words: readonly Word[]): string[] =>
  words.filter(({ lower }) => !EMPTY.has(lower)).map(({ lower }) => stem(lower));

/** A rule that is a table of phrases. */
import type { Finding, Rule } from '../../rule.ts';
import { itemAt } from './item-at.ts';
import { compilePhrases, findPhrases, onlySpaces, type Phrase, type PhraseMatch } from './phrase-table.ts';
import type { ProseSentence } from './prose.ts';
import { proseSentences } from './prose.ts';
import { reword } from './reword.ts';

export interface PhraseRule extends Omit<Rule, 'find' | 'keeps'> {
  readonly phrases: readonly Phrase[];
  /** One sentence for the user; `to` is '' for a deletion. */
  readonly message: (from: string, to: string) => string;
  /** False leaves a sentence alone as a whole. */
  readonly allows?: (sentence: ProseSentence, match: PhraseMatch) => boolean;
}

/** Deletions that follow each other are one: "please kindly". */
function joined(text: string, { words }: ProseSentence, matches: readonly PhraseMatch[]): PhraseMatch[] {
  const all: PhraseMatch[] = [];
  for (const match of matches) {
    const last = all.at(-1);
    const follows =
      last !== undefined &&
      last.phrase.to === '' &&
      last.last === match.first &&
      onlySpaces(text, itemAt(words, match.first - 1).end, itemAt(words, match.first).start);
    if (follows && match.phrase.to === '') all[all.length - 1] = { ...last, last: match.last };
    else all.push(match);
  }
  return all;
}

/** Capitals throughout are meant: nothing in them is reworded. */
const isShouted = (text: string): boolean => text.length > 1 && text === text.toUpperCase();

/** The rule of a table: one finding a phrase. */
export function phraseRule({ phrases, message, allows, ...rule }: PhraseRule): Rule {
  const table = compilePhrases(phrases);
  return {
    ...rule,
    keeps: 'all',
    *find(prompt): Generator<Finding> {
      for (const prose of proseSentences(prompt)) {
        const { passage, index, sentence, words } = prose;
        const matches = findPhrases(passage.text, words, table).filter(
          (match) => allows?.(prose, match) !== false,
        );
        let free = 0;
        for (const match of joined(passage.text, prose, matches)) {
          const span = { start: itemAt(words, match.first).start, end: itemAt(words, match.last - 1).end };
          const written = passage.text.slice(span.start, span.end);
          if (span.start < free || isShouted(written)) continue;
          const edit = reword(passage, index, sentence, span, match.phrase.to);
          if (edit === null) continue;
          free = edit.end;
          yield { passage: index, ...span, edits: [edit], message: message(written, match.phrase.to) };
        }
      }
    },
  };
}

/** The same sentence twice: the model reads the first one. */
import type { Passage, PromptText, Sentence } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { removeBlock, removeSentence } from './wording/remove-sentence.ts';
import { type Statement, spellingOf, standsAlone, statements } from './wording/statements.ts';

/** Shorter ones are labels and answers, and may be meant twice. */
const FEWEST_WORDS = 5;

export const repeatedSentences: Rule = {
  id: 'repeated-sentences',
  title: 'Repeated sentences',
  what: 'Leaves out a sentence, list item or paragraph that stands in the prompt, or in a file that it includes, word for word already.',
  risk: 'low',
  keeps: 'once',
  examples: [
    {
      before:
        'Answer in the language of the user. Name your sources.\n\nList the risks. Answer in the language of the user.',
      after: 'Answer in the language of the user. Name your sources.\n\nList the risks.',
    },
  ],
  leaves: [
    'Yes.\n\nNo.\n\nYes.',
    '## Tests\n\n- Run all of the tests twice a day\n\n## Release\n\n- Run all of the tests twice a day',
  ],
  *find(prompt): Generator<Finding> {
    const read = prompt.passages.map(statements);
    const { first, again } = firstPlaces(prompt, read);
    for (const [index, passage] of prompt.passages.entries()) {
      if (passage.includedFrom !== null) continue;
      const all = read[index] ?? [];
      const repeats = new Map<number, Statement[]>();
      for (const statement of all) {
        if (!again.has(statement) || !isRepeat(statement, first)) continue;
        const { block } = statement.sentence;
        repeats.set(block, [...(repeats.get(block) ?? []), statement]);
      }
      if (repeats.size === 0) continue;
      for (const [block, group] of repeats) {
        // Whole blocks go whole, with their line ends.
        const isWhole = all.filter(({ sentence }) => sentence.block === block).length === group.length;
        if (isWhole) yield* finding(prompt, passage, index, group, first);
        else for (const repeat of group) yield* finding(prompt, passage, index, [repeat], first);
      }
    }
  },
};

interface Place {
  readonly statement: Statement;
  readonly passage: number;
}

const keyOf = ({ scope, words }: Statement): string => scope + words.map(({ lower }) => lower).join(' ');

function isRepeat(statement: Statement, first: ReadonlyMap<string, Place>): boolean {
  const place = first.get(keyOf(statement))?.statement;
  if (place === undefined || !standsAlone(statement) || !standsAlone(place)) return false;
  return spellingOf(statement) === spellingOf(place);
}

/** Included files first: their text cannot be edited here, so that the prompt's own repeat is the one that goes. */
function firstPlaces(
  prompt: PromptText,
  read: readonly (readonly Statement[])[],
): { readonly first: ReadonlyMap<string, Place>; readonly again: ReadonlySet<Statement> } {
  const first = new Map<string, Place>();
  const again = new Set<Statement>();
  const isOwn = (index: number): number => Number(prompt.passages[index]?.includedFrom === null);
  for (const index of [...read.keys()].sort((one, other) => isOwn(one) - isOwn(other)))
    for (const statement of read[index] ?? []) {
      if (statement.words.length < FEWEST_WORDS) continue;
      const key = keyOf(statement);
      if (first.has(key)) again.add(statement);
      else first.set(key, { statement, passage: index });
    }
  return { first, again };
}

function* finding(
  prompt: PromptText,
  passage: Passage,
  index: number,
  group: readonly Statement[],
  first: ReadonlyMap<string, Place>,
): Generator<Finding> {
  const statement = itemAt(group, 0);
  const { sentence } = statement;
  const isUnderHeading = passage.blocks[sentence.block - 1]?.kind === 'heading';
  // What stands first under a heading is what the heading is about.
  if (isUnderHeading && isFirstOfBlock(passage, sentence)) return;
  const edit = removeSentence(passage, index, sentence);
  const whole = group.length > 1 ? removeBlock(passage, index, sentence.block) : edit;
  if (whole === null) return;
  const source = prompt.passages[first.get(keyOf(statement))?.passage ?? index]?.includedFrom ?? null;
  const message =
    source === null
      ? 'Leave it out: the prompt says the same already.'
      : `Leave it out: ${source}, which the prompt includes, says the same.`;
  yield {
    passage: index,
    start: sentence.start,
    end: itemAt(group, -1).sentence.end,
    edits: [whole],
    message,
  };
}

const isFirstOfBlock = (passage: Passage, sentence: Sentence): boolean =>
  passage.text.slice(passage.blocks[sentence.block]?.start ?? 0, sentence.start).trim() === '';

/** The same words at the end of every item of a list belong in front of the list, once. */
import type { Block, Passage } from '../prompt-text.ts';
import type { Edit, Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { setOf } from './wording/phrase-table.ts';
import { englishPassages } from './wording/prose.ts';
import { type Word, wordsOf } from './wording/words.ts';

const FEWEST_ITEMS = 3;
const FEWEST_WORDS = 3;
/** What such a clause begins with: it can stand behind "each" in the line above the list. */
const CLAUSE_STARTS = setOf('in with as for by using without under from on at');

export const repeatedInstructionPerItem: Rule = {
  id: 'repeated-instruction-per-item',
  title: 'An instruction on every item',
  what: 'Says what every item of a list ends with once, in the line above the list.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before:
        'Write these:\n\n- a title in plain English words\n- a summary in plain English words\n- a comment in plain English words',
      after: 'Write these, each in plain English words:\n\n- a title\n- a summary\n- a comment',
    },
  ],
  leaves: ['Write these:\n\n- a title in French\n- a summary in plain words\n- a comment in JSON'],
  *find(prompt): Generator<Finding> {
    for (const { passage, index } of englishPassages(prompt)) {
      for (const { lead, items } of listsOf(passage)) {
        const finding = findingOf(passage, index, lead, items);
        if (finding !== null) yield finding;
      }
    }
  },
};

interface List {
  readonly lead: Block;
  readonly items: readonly Block[];
}

/** Lists of one level with a line above them that ends with a colon. */
function listsOf({ blocks, text }: Passage): List[] {
  const lists: List[] = [];
  for (let at = 0; at < blocks.length; at += 1) {
    const lead = itemAt(blocks, at);
    if (lead.kind !== 'paragraph' || text.charAt(lead.end - 1) !== ':') continue;
    let end = at + 1;
    while (blocks[end]?.kind === 'listItem') end += 1;
    const items = blocks.slice(at + 1, end);
    if (items.length >= FEWEST_ITEMS && items.every(({ level }) => level === itemAt(items, 0).level))
      lists.push({ lead, items });
    at = end - 1;
  }
  return lists;
}

function findingOf(passage: Passage, index: number, lead: Block, items: readonly Block[]): Finding | null {
  const { text } = passage;
  const words = items.map((item) => wordsOf(text, item.start, item.end));
  const length = sharedEnding(words);
  const fewest = Math.min(...words.map((all) => all.length));
  const [first] = words;
  if (first === undefined || length < FEWEST_WORDS || length >= fewest) return null;
  // The longest shared ending may begin within a noun phrase: the clause begins with a preposition.
  const from = first.slice(-length).findIndex(({ lower }) => CLAUSE_STARTS.has(lower));
  if (from === -1 || length - from < FEWEST_WORDS) return null;
  const clauses = words.map((all) => all.slice(from - length));
  const edits = items.map((item, at): Edit | null => {
    const start = itemAt(itemAt(clauses, at), 0).start;
    const close = itemAt(itemAt(clauses, at), -1).end;
    if (
      text.charAt(start - 1) !== ' ' ||
      /[,:]/.test(text.charAt(start - 2)) ||
      !/^[.;,]?\s*$/.test(text.slice(close, item.end))
    )
      return null;
    return { passage: index, start: start - 1, end: close, replacement: '' };
  });
  const clause = text.slice(itemAt(itemAt(clauses, 0), 0).start, itemAt(itemAt(clauses, 0), -1).end);
  if (
    !edits.every((edit) => edit !== null) ||
    clauses.some((all) => text.slice(itemAt(all, 0).start, itemAt(all, -1).end) !== clause)
  )
    return null;
  const said: Edit = { passage: index, start: lead.end - 1, end: lead.end, replacement: `, each ${clause}:` };
  return {
    passage: index,
    start: itemAt(items, 0).start,
    end: itemAt(items, -1).end,
    edits: [said, ...edits],
    message: 'Say once, above the list, what every item ends with.',
  };
}

function sharedEnding(items: readonly (readonly Word[])[]): number {
  const [first] = items;
  if (first === undefined) return 0;
  let length = 0;
  while (
    length < first.length &&
    items.every((words) => words.at(-1 - length)?.lower === first.at(-1 - length)?.lower)
  )
    length += 1;
  return length;
}

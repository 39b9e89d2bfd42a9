/** Removes a whole sentence, with the line or the paragraph that would be left empty. */
import type { Block, Passage, Sentence } from '../../prompt-text.ts';
import type { Edit, Finding } from '../../rule.ts';
import { itemAt } from './item-at.ts';
import { wordsOf } from './words.ts';

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Behind the line end after `at`; the length of the text where there is none. */
const nextLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
};

const isBlank = (text: string): boolean => text.trim() === '';

const ends = (text: string, block: Block | undefined, mark: string): boolean =>
  block !== undefined &&
  text
    .slice(block.start, block.end)
    .replace(/[*_\s]+$/, '')
    .endsWith(mark);

/** True where the block in front announces this one, and nothing else: it would announce nothing. */
function isAnnounced(passage: Passage, index: number): boolean {
  const { blocks, text } = passage;
  const [before, block, after] = [blocks[index - 1], itemAt(blocks, index), blocks[index + 1]];
  if (before === undefined) return false;
  const announces = before.kind === 'heading' || ends(text, before, ':');
  const another =
    block.kind === 'listItem'
      ? after?.kind === 'listItem' && after.level >= block.level
      : after !== undefined && after.kind !== 'heading';
  return announces && !another;
}

/** The whole block with its line ends; null where something depends on it, such as a number or the items below. */
export function removeBlock(passage: Passage, index: number, blockIndex: number): Edit | null {
  const { text, blocks } = passage;
  const block = blocks[blockIndex];
  if (block === undefined || isAnnounced(passage, blockIndex)) return null;
  const after = blocks[blockIndex + 1];
  if (block.kind === 'listItem' && after?.kind === 'listItem' && after.level > block.level) return null;
  if (ends(text, block, ':')) return null;
  let start = lineStart(text, block.start);
  const marker = text.slice(start, block.start);
  if (!/^[\s>]*(?:[-*+•]\s*)?$/.test(marker) || /^\s*\d+[.)]/.test(text.slice(start, block.end))) return null;
  let end = nextLine(text, block.end);
  if (!isBlank(text.slice(block.end, end))) return null;
  if (block.kind !== 'listItem' || after === undefined || after.kind !== 'listItem') {
    if (end >= text.length) {
      while (start > 0 && isBlank(text.slice(lineStart(text, start - 1), start)))
        start = lineStart(text, start - 1);
      // Without a line behind it, the line end in front goes.
      if (start > 0) start -= text.charAt(start - 2) === '\r' ? 2 : 1;
      while (start > 0 && /\s/.test(text.charAt(start - 1))) start -= 1;
      end = text.length;
    } else if (start === 0 || isBlank(text.slice(lineStart(text, start - 1), start))) {
      while (end < text.length && isBlank(text.slice(end, nextLine(text, end)))) end = nextLine(text, end);
    }
  }
  return { passage: index, start, end, replacement: '' };
}

/** A line that only announces the list below it, with its line end. */
export function removeLeadIn(passage: Passage, index: number, blockIndex: number): Edit | null {
  const { text, blocks } = passage;
  const block = blocks[blockIndex];
  if (block === undefined) return null;
  const start = lineStart(text, block.start);
  let end = nextLine(text, block.end);
  if (!isBlank(text.slice(start, block.start)) || !isBlank(text.slice(block.end, end))) return null;
  while (end < text.length && isBlank(text.slice(end, nextLine(text, end)))) end = nextLine(text, end);
  return { passage: index, start, end, replacement: '' };
}

/** Whether nothing else is in its block. */
export function isAlone({ text, blocks }: Passage, sentence: Sentence): boolean {
  const block = blocks[sentence.block];
  return (
    block !== undefined &&
    wordsOf(
      text.slice(block.start, sentence.start).replace(/^\s*\d+[.)]/, ''),
      0,
      sentence.start - block.start,
    ).length === 0 &&
    wordsOf(text, sentence.end, block.end).length === 0
  );
}

/** The sentence alone, or its block where nothing else is in it; null where the rest would not read well without it. */
export function removeSentence(passage: Passage, index: number, sentence: Sentence): Edit | null {
  const { text, blocks } = passage;
  const block = blocks[sentence.block];
  if (block === undefined) return null;
  if (isAlone(passage, sentence)) return removeBlock(passage, index, sentence.block);
  let { start, end } = sentence;
  const space = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  const opensLine = isBlank(text.slice(lineStart(text, start), start)) || start === block.start;
  const closesLine = isBlank(text.slice(end, nextLine(text, end)));
  if (!opensLine && !space(start - 1)) return null;
  if (!closesLine && !space(end)) return null;
  if (opensLine && closesLine) {
    start = lineStart(text, start);
    end = nextLine(text, end);
    if (end >= block.end) {
      end = sentence.end;
      start -= text.charAt(start - 2) === '\r' ? 2 : 1;
    }
  } else if (opensLine) while (space(end)) end += 1;
  else while (space(start - 1)) start -= 1;
  if (start < block.start) return null;
  return { passage: index, start, end, replacement: '' };
}

/** The finding that `edit` leaves a sentence out. */
export const leftOut = ({ start, end }: Sentence, edit: Edit, message: string): Finding => ({
  passage: edit.passage,
  start,
  end,
  edits: [edit],
  message,
});

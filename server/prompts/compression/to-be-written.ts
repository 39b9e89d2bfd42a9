/** Tells what a prompt shows as the form of an answer from what it says to the model: answers imitate the first. */
import type { Passage } from './prompt-text.ts';

/** How far in front of a block its introduction is looked for, in UTF-16 units. */
const INTRODUCTION = 240;
/** What introduces JSON that is to be written, rather than read. */
const TO_BE_WRITTEN =
  /\b(?:examples?|outputs?|respond|responses?|returns?|reply|answers?|formats?|formatted|structures?|schemas?|patterns?|templates?|shape|looks? like|creates?|writes?|generates?|produces?|config(?:uration)?s?)\b/i;

/** Whether the paragraph or the heading right in front of a block says that something is to look like it. */
export function isToBeWritten({ text, blocks }: Passage, index: number): boolean {
  const before = blocks[index - 1];
  const block = blocks[index];
  if (block === undefined || before === undefined || before.kind === 'data' || before.kind === 'code')
    return false;
  return TO_BE_WRITTEN.test(text.slice(Math.max(before.start, block.start - INTRODUCTION), block.start));
}

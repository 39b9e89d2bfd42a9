/** Paragraphs that stand in several loaded files, or several times in one. */
import { splitLines, withoutLineEnd } from '../lines.ts';

/** A text in which paragraphs are looked for. */
export interface ComparedText {
  readonly text: string;
  /** Line of its file on which it begins, from 0. */
  readonly line: number;
}

/** A stretch of paragraphs that stands in several places. */
export interface Duplicate {
  /** As the first place has it. */
  readonly text: string;
  /** `index` of the text among those compared; `line` of its file, from 0. */
  readonly places: readonly { readonly index: number; readonly line: number }[];
}

/** Shorter paragraphs, in characters, are headings and phrases that may well stand twice. */
const SHORTEST = 40;

interface Paragraph {
  readonly index: number;
  readonly line: number;
  readonly text: string;
  readonly key: string;
  /** Its place among the paragraphs of its text. */
  readonly order: number;
}

/**
 * What stands more than once, white space aside, longest first as far as one place leads to the next: paragraphs that
 * follow one another in all places are one duplicate. Time is linear in the texts.
 */
export function findDuplicates(texts: readonly ComparedText[]): readonly Duplicate[] {
  const groups = new Map<string, Paragraph[]>();
  for (const [index, text] of texts.entries())
    for (const paragraph of paragraphsOf(text, index)) {
      if (paragraph.key.length < SHORTEST) continue;
      const group = groups.get(paragraph.key);
      if (group === undefined) groups.set(paragraph.key, [paragraph]);
      else group.push(paragraph);
    }
  const runs: { texts: string[]; places: readonly Paragraph[]; last: readonly Paragraph[] }[] = [];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const run = runs.at(-1);
    if (run !== undefined && follows(run.last, group)) {
      run.texts.push(group[0]?.text ?? '');
      run.last = group;
    } else runs.push({ texts: [group[0]?.text ?? ''], places: group, last: group });
  }
  return runs.map(({ texts: found, places }) => ({
    text: found.join('\n\n'),
    places: places.map(({ index, line }) => ({ index, line })),
  }));
}

/** True where each paragraph of `next` comes right after its counterpart. */
const follows = (last: readonly Paragraph[], next: readonly Paragraph[]): boolean =>
  last.length === next.length &&
  last.every(({ index, order }, at) => next[at]?.index === index && next[at]?.order === order + 1);

function paragraphsOf({ text, line }: ComparedText, index: number): Paragraph[] {
  const found: Paragraph[] = [];
  let lines: string[] = [];
  let begins = line;
  const end = () => {
    const whole = lines.join('\n');
    const key = whole.replace(/\s+/g, ' ').trim();
    if (key !== '') found.push({ index, line: begins, text: whole, key, order: found.length });
    lines = [];
  };
  for (const [at, raw] of splitLines(text).entries()) {
    const one = withoutLineEnd(raw);
    if (one.trim() === '') end();
    else {
      if (lines.length === 0) begins = line + at;
      lines.push(one);
    }
  }
  end();
  return found;
}

/** A file that comes into a prompt twice, or whose text the prompt has itself. */
import type { Passage } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';

/** Shorter texts are alike by chance, in UTF-16 units. */
const SHORTEST = 80;

const SAME =
  'The shop opens at nine, closes at six, and takes back what was bought within two weeks with its receipt.';

export const includedTwice: Rule = {
  id: 'included-twice',
  title: 'The same file twice',
  what: 'Points at a linked or included file that comes twice, or whose text another file or the prompt has as well. It is paid for each time.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before: `system:\n${SAME}

user:\n${SAME}`,
      after: null,
    },
  ],
  leaves: [
    `system:\n${SAME}\n\nuser:\nMay I have a receipt for the window that was broken on the way to the shop in May?`,
  ],
  *find({ passages }): Generator<Finding> {
    const seen: { readonly file: string | null; readonly text: string; readonly name: string | null }[] = [];
    for (const [index, passage] of passages.entries()) {
      const text = plain(passage.text);
      const file = passage.includedFrom === null ? null : pathOf(passage.includedFrom);
      if (passage.role === 'assistant' && file === null) continue;
      const earlier = seen.find(
        (one) => (file !== null && one.file === file) || (isLong(text, one.text) && repeats(one, text, file)),
      );
      if (earlier !== undefined)
        yield finding(passages, index, passage, earlier.file === file ? null : earlier.name);
      else seen.push({ file, text, name: passage.includedFrom });
    }
  },
};

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Without "./" and with slashes, so that one file has one name. */
const pathOf = (name: string): string => name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');

const isLong = (one: string, other: string): boolean => Math.min(one.length, other.length) >= SHORTEST;

/** The whole of a message or file: what two have in part is a matter of sentences. */
function repeats(
  earlier: { readonly file: string | null; readonly text: string },
  text: string,
  file: string | null,
) {
  if (earlier.text === text) return true;
  if (file !== null) return earlier.text.includes(text);
  return earlier.file !== null && text.includes(earlier.text);
}

function finding(
  passages: readonly Passage[],
  index: number,
  passage: Passage,
  other: string | null,
): Finding {
  const place = placeOf(passages, passage.includedFrom) ?? {
    passage: index,
    start: 0,
    end: Math.max(1, passage.text.split('\n', 1)[0]?.length ?? 0),
  };
  const what = passage.includedFrom === null ? 'text' : `“${passage.includedFrom}”`;
  return {
    ...place,
    edits: [],
    message:
      other === null
        ? `Include ${what} once: it is in the prompt before.`
        : `Leave out ${what} or “${other}”: one has all that the other says.`,
  };
}

/** Where the prompt itself names the file for the last time. */
function placeOf(passages: readonly Passage[], file: string | null) {
  const name = file === null ? '' : (pathOf(file).split('/').at(-1) ?? '');
  if (name === '') return null;
  for (let index = passages.length - 1; index >= 0; index--) {
    const { text, includedFrom } = passages[index] as Passage;
    const start = includedFrom === null ? text.lastIndexOf(name) : -1;
    if (start !== -1) return { passage: index, start, end: start + name.length };
  }
  return null;
}

/** Letters that look like Latin ones, after Unicode's confusables (Unicode Technical Standard 39). */
import type { Replacement } from './places.ts';

/** Cyrillic and Greek letters that are drawn like a Latin one in common fonts. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    аеорсухіѕјһԁԛԝ: 'aeopcyxisjhdqw',
    АВЕКМНОРСТХЅІЈ: 'ABEKMHOPCTXSIJ',
    ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο: 'ABEZHIKMNOPTYXo',
  }).flatMap(([from, to]) =>
    [...from].map((letter, index): [string, string] => [letter, to[index] ?? letter]),
  ),
);

const WORD = /[\p{L}\p{M}]+/gu;
/** Full-width letters, letters of mathematics and ligatures: Unicode itself says which letters they stand for. */
const STYLED = /[\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06\u{1d400}-\u{1d7cb}]/u;
const LATIN = /^[A-Za-z]+$/;

/** The words of `text` that are only seen as Latin, with the Latin word, in their order. */
export function* latinWords(text: string): Iterable<Replacement> {
  // Nearly every text is free of them: one search says so.
  if (!/[^\0-\u036f]/.test(text)) return;
  for (const { index: start, 0: word } of text.matchAll(WORD)) {
    if (!/[^\0-\u036f]/.test(word)) continue;
    const replacement = latinOf(word);
    if (replacement !== null) yield { start, end: start + word.length, replacement };
  }
}

function latinOf(word: string): string | null {
  const letters = [...word];
  const styled = letters.filter((letter) => STYLED.test(letter));
  if (styled.length > 0) {
    const latin = letters.map((letter) => (STYLED.test(letter) ? letter.normalize('NFKC') : letter)).join('');
    // One letter of mathematics is the name of a quantity.
    return LATIN.test(latin) && latin.length > 1 ? latin : null;
  }
  const strangers = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter));
  if (strangers.length === 0 || strangers.length * 2 > letters.length) return null;
  if (letters.length - strangers.length < 2) return null;
  if (!strangers.every((letter) => LOOK_ALIKES.has(letter))) return null;
  return letters.map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
}

const PUNCTUATION = /(?<=\p{L})’(?=\p{L})|…| [–—] |‑/gu;
const PLAIN: Readonly<Record<string, string>> = {
  '’': "'",
  '…': '...',
  ' – ': ' - ',
  ' — ': ' - ',
  '‑': '-',
};

/** Typographic marks with the mark of ASCII that says the same, in their order. */
export function* plainMarks(text: string): Iterable<Replacement> {
  for (const { index: start, 0: mark } of text.matchAll(PUNCTUATION)) {
    yield { start, end: start + mark.length, replacement: PLAIN[mark] ?? mark };
  }
}

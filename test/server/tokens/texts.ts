/** Texts that tokenizers stumble over, and the package whose counts are the truth. */
import fc from 'fast-check';
import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';
import type { EncodingName } from '../../../server/tokens/encodings.ts';

/** The encodings with a table and splitter of their own, or with a table that differs. */
export const TABLE_NAMES = [
  'o200k_base',
  'cl100k_base',
  'p50k_base',
  'p50k_edit',
  'r50k_base',
  'gpt2',
] as const;

/** js-tiktoken's table of that name. */
export async function publishedTable(name: EncodingName): Promise<TiktokenBPE> {
  const table = name === 'o200k_harmony' ? 'o200k_base' : name;
  const module: { default: TiktokenBPE } = await import(`js-tiktoken/ranks/${table}`);
  return module.default;
}

/** The tokens that js-tiktoken makes of a text in which special tokens are ordinary text. */
export async function createOracle(name: EncodingName): Promise<(text: string) => number[]> {
  const tiktoken = new Tiktoken(await publishedTable(name));
  return (text) => tiktoken.encode(text, [], []);
}

const FRAGMENTS = [
  "'s",
  "'S",
  "'t",
  "'re",
  "'RE",
  "'Re",
  "'ve",
  "'lL",
  "'d",
  "'M",
  "'",
  "''s",
  "it's",
  "IT'S",
  "I'll",
  "x'",
  "'ſ",
  ' ',
  '  ',
  '   ',
  '\t',
  '\t\t',
  '\n',
  '\r\n',
  '\n\n',
  ' \n',
  '\n ',
  '\r',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '\u2028',
  '\v',
  'a',
  'B',
  'the',
  ' the',
  'The',
  'THE',
  'HTMLElement',
  'camelCase',
  'snake_case',
  ' CONST',
  'naïve',
  'Ünï',
  'ǅ',
  'ʰ',
  '1',
  '12',
  '123',
  '1234',
  '12345678',
  '３',
  '½',
  '𝟙',
  '٣',
  'Ⅻ',
  '中',
  '中文',
  '漢字かな',
  '한국어',
  '日本語AB',
  '。',
  '，',
  '𠀋',
  'ไทย',
  'हिन्दी',
  'עברית',
  'العَرَبِيّة',
  'e\u0301',
  '\u0301',
  '\u0301A',
  '\u0301\u0302a',
  '\u200d',
  '\ufe0f',
  '👍',
  '👩‍👩‍👧‍👦',
  '🇩🇪',
  '👍🏽',
  '𝒜',
  '𝒜𝒷',
  '\ud800',
  '\udc00',
  '\ud83d',
  '\udc4d',
  '\udc00\ud800',
  '!',
  '!!',
  '.',
  ',',
  '//',
  '/',
  '/\n',
  '\n/',
  '/*',
  '*/',
  '{',
  '}\n',
  ');\n\n',
  '->',
  '==',
  '#',
  '---',
  '___',
  '|',
  '"',
  '<|endoftext|>',
  '<|endofprompt|>',
  '<|fim_prefix|>',
  '<|start|>',
  '<|',
  '|>',
  '\u0000',
  '\u0007',
  '\u007f',
  'for (let i = 0; i < n; i++) {\n',
  '    return x;\n',
  '\t\tif err != nil {\r\n',
  '"key": null,\n',
  'https://example.org/a?b=c',
];

/** One stumbling block, or anything at all. */
const fragment: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(' ', '\n', '\t', 'a', 'B', '中', '7', '-', '\u0301', '👍', '\ud800'),
        fc.integer({ min: 2, max: 70 }),
      )
      .map(([text, times]) => text.repeat(times)),
  },
);

/** Texts of up to so many fragments. */
export function texts(maxLength: number): fc.Arbitrary<string> {
  return fc.array(fragment, { maxLength, size: 'max' }).map((fragments) => fragments.join(''));
}

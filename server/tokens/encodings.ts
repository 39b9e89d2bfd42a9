/** The encodings by name, each loaded when it is first asked for. */
import { createCharacterClasses } from './character-classes.ts';
import { createEncoding, type Encoding } from './encoding.ts';
import { decodeRanks } from './ranks.ts';
import { createSeams, type Seams } from './seams.ts';
import { createSplitter } from './split.ts';

/** js-tiktoken's form of an encoding; its special tokens are not needed, since we count them as text. */
interface PublishedTable {
  readonly pat_str: string;
  readonly bpe_ranks: string;
}

type PublishedModule = Promise<{ readonly default: PublishedTable }>;

/** One literal import a line, so that a bundler makes each table a file of its own. */
const TABLES = {
  o200k_base: (): PublishedModule => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: (): PublishedModule => import('js-tiktoken/ranks/cl100k_base'),
  p50k_base: (): PublishedModule => import('js-tiktoken/ranks/p50k_base'),
  p50k_edit: (): PublishedModule => import('js-tiktoken/ranks/p50k_edit'),
  r50k_base: (): PublishedModule => import('js-tiktoken/ranks/r50k_base'),
  gpt2: (): PublishedModule => import('js-tiktoken/ranks/gpt2'),
} as const;

type TableName = keyof typeof TABLES;

/** The names under which encodings are known. */
export type EncodingName = TableName | 'o200k_harmony';

/** Every encoding's name, the newest first. */
export const ENCODING_NAMES: readonly EncodingName[] = [
  'o200k_base',
  'o200k_harmony',
  'cl100k_base',
  'p50k_base',
  'p50k_edit',
  'r50k_base',
  'gpt2',
];

/** Loaded encodings. */
export interface Encodings {
  /** The encoding of that name; its table is read on the first call (100 ms and 10 MB for o200k_base). */
  load(name: EncodingName): Promise<Encoding>;
  /** Where texts can be cut; the same for every encoding. */
  readonly seams: Seams;
}

/** No encoding is loaded yet. */
export function createEncodings(): Encodings {
  const loading = new Map<TableName, Promise<Encoding>>();
  const classes = createCharacterClasses();

  async function read(name: TableName): Promise<Encoding> {
    const { default: table } = await TABLES[name]();
    return createEncoding(decodeRanks(table.bpe_ranks), createSplitter(table.pat_str, classes));
  }

  return {
    seams: createSeams(classes),
    load(name) {
      // o200k_harmony differs from o200k_base in special tokens only.
      const table = name === 'o200k_harmony' ? 'o200k_base' : name;
      const known = loading.get(table);
      if (known !== undefined) return known;
      const encoding = read(table);
      loading.set(table, encoding);
      encoding.catch(() => loading.delete(table));
      return encoding;
    },
  };
}

/** Whether `name` is an encoding's name. */
export function isEncodingName(name: string): name is EncodingName {
  return ENCODING_NAMES.some((known) => known === name);
}

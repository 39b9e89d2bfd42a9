/** Questions of the public data, each with what a small and a frontier model answer to it and whether that is right. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { cut } from '../../server/fitting/units.ts';
import { readCsv } from './csv.ts';

/** The two models that there are labels for. */
export type Size = 'small' | 'frontier';

/** One question, whoever asks it in whatever words. */
export interface Question {
  readonly source: 'MMLU' | 'GSM8K' | 'XQuAD' | 'banking77';
  readonly text: string;
  readonly answers: Readonly<Record<Size, string>>;
  /** Texts that are right answers. */
  readonly right: ReadonlySet<string>;
  /** Text that has to be in what is sent; without it the answer is `astray`. */
  readonly evidence: readonly string[];
  readonly astray: string;
  /** Others that mean the same, from the data; empty where it has none. */
  readonly sameMeaning: readonly string[];
}

/** An article of XQuAD: it is attached as one block. */
export interface Article {
  readonly name: string;
  readonly text: string;
  readonly questions: readonly Question[];
}

/** Everything that a day is made from. */
export interface Data {
  readonly mmlu: readonly Question[];
  readonly gsm8k: readonly Question[];
  readonly articles: readonly Article[];
  readonly banking: readonly Question[];
  /** Questions of each intent, for the prompt file that classifies. */
  readonly intents: ReadonlyMap<string, readonly string[]>;
  readonly systemPrompts: readonly string[];
  /** Shares of right answers of the labels, for the print. */
  readonly shares: { readonly [Source in 'MMLU' | 'GSM8K']: Readonly<Record<Size, number>> };
}

/** Which of the four models of GSM8K's solutions stand for which: one method, at two sizes. */
export const GSM8K_MODELS: Readonly<Record<Size, string>> = {
  small: '6b_verification',
  frontier: '175b_verification',
};

type Label = Readonly<Record<Size, boolean>>;

/** A right answer, and one that is not; they look alike, so that no check can tell them apart by their form. */
interface Pair {
  readonly right: string;
  readonly wrong: string;
}

/** Reads all files. `random` decides what the data does not say: which option is the right one, and whose label is drawn. */
export function readData(random: () => number): Data {
  const rows = lines<MmluRow>('mmlu-weak-strong-half.jsonl.gz');
  const labels: Label[] = rows.map(({ weak, strong }) => ({ small: weak, frontier: strong }));
  const drawLabel = (): Label => pick(labels, random);
  const gsm8k = lines<Gsm8kRow>('gsm8k-example-model-solutions.jsonl.gz');
  return {
    mmlu: rows.flatMap((row) => readMmlu(row, random)),
    gsm8k: gsm8k.map(readGsm8k),
    articles: readArticles(drawLabel),
    ...readBanking(drawLabel, random),
    systemPrompts: readCsv(text('awesome-chatgpt-prompts.csv.gz'))
      .map(({ prompt = '' }) => prompt)
      .filter(({ length }) => length >= 200 && length <= 4000),
    shares: {
      MMLU: {
        small: share(rows.map(({ weak }) => weak)),
        frontier: share(rows.map(({ strong }) => strong)),
      },
      GSM8K: {
        small: share(gsm8k.map((row) => solutionOf(row, 'small').is_correct)),
        frontier: share(gsm8k.map((row) => solutionOf(row, 'frontier').is_correct)),
      },
    },
  };
}

interface MmluRow {
  readonly prompt: string;
  readonly weak: boolean;
  readonly strong: boolean;
}

/** The data does not say which option is right: one is taken for it. */
function readMmlu({ prompt, weak, strong }: MmluRow, random: () => number): Question[] {
  const options = [...prompt.matchAll(/^[A-D]\. .+$/gm)].map(([option]) => option).slice(-4);
  if (new Set(options).size < 4) return [];
  const at = Math.floor(random() * 4);
  const pair = { right: options[at] ?? '', wrong: options[(at + 1 + Math.floor(random() * 3)) % 4] ?? '' };
  return [labelled('MMLU', prompt, pair, { small: weak, frontier: strong })];
}

type Gsm8kRow = Readonly<Record<string, unknown>> & { readonly question: string };

const solutionOf = (row: Gsm8kRow, size: Size) =>
  row[GSM8K_MODELS[size]] as { readonly is_correct: boolean; readonly solution: string };

function readGsm8k(row: Gsm8kRow): Question {
  const [small, frontier] = [solutionOf(row, 'small'), solutionOf(row, 'frontier')];
  return {
    source: 'GSM8K',
    text: row.question,
    answers: { small: small.solution, frontier: frontier.solution },
    right: new Set([small, frontier].filter((one) => one.is_correct).map(({ solution }) => solution)),
    evidence: [],
    astray: '',
    sameMeaning: [],
  };
}

interface XquadArticle {
  readonly paragraphs: readonly {
    readonly context: string;
    readonly qas: readonly {
      readonly question: string;
      readonly answers: readonly { readonly text: string; readonly answer_start: number }[];
    }[];
  }[];
}

function readArticles(drawLabel: () => Label): Article[] {
  const { data } = JSON.parse(text('xquad-en.json.gz')) as { readonly data: readonly XquadArticle[] };
  return data.map(({ paragraphs }, index) => ({
    name: `notes/article-${index + 1}.md`,
    text: paragraphs.map(({ context }) => context).join('\n\n'),
    questions: paragraphs.flatMap(({ context, qas }) => {
      const sentences = cut(context).units.map((unit) => ({
        ...unit,
        text: context.slice(unit.start, unit.end).trim(),
      }));
      return qas.flatMap(({ question, answers: [answer] }) => {
        if (answer === undefined) return [];
        const end = answer.answer_start + answer.text.length;
        const evidence = sentences.filter((one) => one.start < end && one.end > answer.answer_start);
        const other = sentences.find((one) => !evidence.includes(one));
        if (other === undefined) return [];
        const pair = { right: evidence.map((one) => one.text).join(' '), wrong: other.text };
        const read = labelled('XQuAD', question, pair, drawLabel());
        return [{ ...read, evidence: evidence.map((one) => one.text) }];
      });
    }),
  }));
}

function readBanking(drawLabel: () => Label, random: () => number): Pick<Data, 'banking' | 'intents'> {
  const intents = new Map<string, string[]>();
  const add = (intent: string, question: string) =>
    intents.set(intent, [...(intents.get(intent) ?? []), question]);
  for (const { text: said = '', category = '' } of readCsv(text('banking77-train.csv'))) add(category, said);
  const names = [...intents.keys()];
  const tests = readCsv(text('banking77-test.csv'));
  const byIntent = Map.groupBy(tests, ({ category = '' }) => category);
  const banking = tests.map(({ text: said = '', category = '' }) => {
    const others = names.filter((name) => name !== category);
    const pair = { right: category, wrong: pick(others, random) };
    const sameMeaning = (byIntent.get(category) ?? []).map((one) => one['text'] ?? '');
    return { ...labelled('banking77', said, pair, drawLabel()), sameMeaning };
  });
  return { banking, intents };
}

function labelled(source: Question['source'], asked: string, { right, wrong }: Pair, label: Label): Question {
  const answer = (size: Size) => (label[size] ? right : wrong);
  return {
    source,
    text: asked,
    answers: { small: answer('small'), frontier: answer('frontier') },
    right: new Set([right]),
    evidence: [],
    astray: wrong,
    sameMeaning: [],
  };
}

/** One of a list that has any. */
export const pick = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)] as Item;

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;

function text(name: string): string {
  const bytes = readFileSync(new URL(`../../../shared/data/${name}`, import.meta.url));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

const lines = <Row>(name: string): Row[] =>
  text(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

/** Whether a gate that has read a weak model's answer can tell when a stronger one should be asked. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { judgeAnswer } from '../server/gates/gates.ts';
import { suspicion, wordProblemFeatures } from '../server/gates/word-problem-features.ts';
import { makeCall } from '../test/support/pipeline-fakes.ts';
import { createRandom } from '../test/support/random.ts';
import { type Benchmark, type Measure, median } from './benchmark.ts';
import { trainLogistic } from './logistic.ts';
import { routingCurve } from './routing-curve.ts';

const DATA = path.join(import.meta.dirname, '../../shared/data/gsm8k-example-model-solutions.jsonl.gz');
const MODELS = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'] as const;
type Model = (typeof MODELS)[number];
const FOLDS = 5;

/** The pair with the smallest gap, on which reading the answer tells most. */
const BEST = '175b_finetuning -> 6b_verification';

type Problem = { readonly question: string } & Readonly<
  Record<Model, { readonly solution: string; readonly is_correct: boolean }>
>;

/** `npm run bench -- gates` */
export const benchmark: Benchmark = {
  name: 'gates',
  what: 'which of 1,319 answers of a weak model a stronger one should give instead, told by the answer; 5-fold; APGR is 0.5 at random',
  async run() {
    const problems = shuffled(readProblems());
    const share = (model: Model) => problems.filter((one) => one[model].is_correct).length / problems.length;
    const pairs = MODELS.flatMap((weak) =>
      MODELS.filter((strong) => share(strong) > share(weak)).map((strong) => ({ weak, strong })),
    );
    const verdicts: Measure[] = [];
    for (const model of MODELS) verdicts.push(...(await verdictMeasures(problems, model)));
    return [
      ...pairs.flatMap(({ weak, strong }) =>
        pairMeasures(problems, weak, strong, share(strong) - share(weak)),
      ),
      ...verdicts,
      ...(await timeMeasures(problems)),
    ];
  },
};

function pairMeasures(problems: readonly Problem[], weak: Model, strong: Model, gap: number): Measure[] {
  const features = problems.map((one) => wordProblemFeatures(one.question, one[weak].solution));
  const rows = features.map((one): readonly number[] => Object.values(one));
  const apgr = (needs: readonly number[]) =>
    routingCurve(
      problems.map((one, index) => ({
        weak: one[weak].is_correct,
        strong: one[strong].is_correct,
        need: needs[index] ?? 0,
      })),
    ).apgr;
  const weakIsRight = outOfFold(
    rows,
    problems.map((one) => one[weak].is_correct),
  );
  const strongIsRight = outOfFold(
    rows,
    problems.map((one) => one[strong].is_correct),
  );
  const length = { name: 'length', value: apgr(problems.map((one) => one[weak].solution.length)) };
  const pair = `${weak} -> ${strong}`;
  const isBest = pair === BEST;
  const measure = (how: string, needs: readonly number[], target: number | null): Measure => ({
    name: `APGR ${pair} (gap ${(100 * gap).toFixed(1)} points), ${how}`,
    value: apgr(needs),
    unit: '',
    target: isBest ? target : null,
    higherIsBetter: true,
    peers: [length],
  });
  return [
    measure('rules', features.map(suspicion), 0.7),
    measure(
      'learnt, is the answer wrong',
      weakIsRight.map((chance) => -chance),
      0.78,
    ),
    measure(
      'learnt, what the stronger gains',
      weakIsRight.map((chance, index) => (strongIsRight[index] ?? 0) - chance),
      null,
    ),
  ];
}

/** Chances of each row's truth by models that have not seen it. */
function outOfFold(rows: readonly (readonly number[])[], truths: readonly boolean[]): number[] {
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    const seen = [...rows.keys()].filter((index) => index % FOLDS !== fold);
    return trainLogistic(
      seen.map((index) => rows[index] ?? []),
      seen.map((index) => truths[index] ?? false),
    );
  });
  return rows.map((row, index) => models[index % FOLDS]?.(row) ?? 0);
}

/** What the product's gates reject: few answers, nearly all of them wrong. */
async function verdictMeasures(problems: readonly Problem[], model: Model): Promise<Measure[]> {
  const rejected: Problem[] = [];
  for (const one of problems) {
    const text = one[model].solution.replace(/<<[^<>\n]*>>/g, '');
    const answer = { text, toolCalls: [], refusal: '', reason: 'stop' } as const;
    const { passed } = await judgeAnswer(answer, callFor(one.question));
    if (!passed) rejected.push(one);
  }
  const right = (among: readonly Problem[]) => among.filter((one) => one[model].is_correct).length;
  const quality = (name: string, value: number, peers: Measure['peers'] = []): Measure => ({
    name: `${name} ${model}`,
    value: 100 * value,
    unit: '%',
    target: null,
    higherIsBetter: true,
    peers,
  });
  return [
    quality('answers rejected by all gates of', rejected.length / problems.length),
    quality('of these, wrong: ', 1 - right(rejected) / rejected.length, [
      { name: 'of all', value: 100 * (1 - right(problems) / problems.length) },
    ]),
  ];
}

async function timeMeasures(problems: readonly Problem[]): Promise<Measure[]> {
  const times: number[] = [];
  for (const one of problems.slice(0, 500)) {
    const answer = {
      text: one['175b_verification'].solution,
      toolCalls: [],
      refusal: '',
      reason: 'stop',
    } as const;
    times.push(await timed(() => judgeAnswer(answer, callFor(one.question))));
  }
  const sizes = [
    ['prose', 'It takes 3 + 4 = 7 hours, I think. '],
    ['base64', 'iVBORw0KGgoAAAANSUhEUgAA'],
    ['Chinese', '这个函数返回列表中的第一个元素。'],
    ['TypeScript', '```ts\nconst a = { b: [1, 2, 3] };\n```\n'],
  ] as const;
  const measure = (name: string, value: number, target: number): Measure => ({
    name,
    value,
    unit: 'ms',
    target,
    peers: [],
  });
  const measures = [measure('all gates on one answer, median', median(times), 1)];
  for (const [name, unit] of sizes) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const answer = { text, toolCalls: [], refusal: '', reason: 'stop' } as const;
    const time = await timed(() => judgeAnswer(answer, callFor(text)));
    measures.push(measure(`all gates on 1 MB of ${name}`, time, 500));
  }
  return measures;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const callFor = (question: string) => makeCall({ messages: [{ role: 'user', content: question }] });

function readProblems(): readonly Problem[] {
  const lines = gunzipSync(readFileSync(DATA)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Problem);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const random = createRandom(7);
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

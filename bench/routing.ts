/** How well a prompt alone tells which of two models it needs, on questions of which the answers of both are known. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EVIDENCE_PRIORS, SIGNAL_COUNT, signalsOf } from '../server/routing/signals.ts';
import { createWordEvidence, type Features, featuresOf } from '../server/routing/word-evidence.ts';
import { createRandom } from '../test/support/random.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';
import { meanCurve, type RoutedAnswer, type RoutingCurve, routingCurve } from './routing-curve.ts';

const DATA = path.join(import.meta.dirname, '../../shared/data/mmlu-weak-strong-half.jsonl.gz');
const FOLDS = 5;
/** Orders in which the questions come: what a few hundred labels teach depends on which they are. */
const ORDERS = [7, 8, 9] as const;
const LABELS = [0, 100, 1000, 3000] as const;

interface Question {
  readonly subject: string;
  readonly prompt: string;
  readonly weak: boolean;
  readonly strong: boolean;
}

/** The fold that a question is tested in; it is learnt from in the others. */
type Folds = (question: Question, index: number) => number;

/** `npm run bench -- routing` */
export const benchmark: Benchmark = {
  name: 'routing',
  what: 'which of 6,974 questions need GPT-4 rather than Mixtral, told by the question alone, 5-fold, mean of three orders; APGR is 0.5 at random',
  run() {
    const questions = readQuestions();
    const orders = ORDERS.map((seed) => prepare(shuffled(questions, seed)));
    const subjects = [...new Set(questions.map(({ subject }) => subject))].sort();
    const mixed: Folds = (_, index) => index % FOLDS;
    const wholeSubjects: Folds = ({ subject }) => subjects.indexOf(subject) % FOLDS;
    const learnt = (folds: Folds, labels: number) =>
      meanCurve(orders.map((order) => routingCurve(answersOf(order, folds, labels).flat())));
    const byLength = curveOf(questions, lengthOf);
    const random = createRandom(1);
    const atRandom = meanCurve(Array.from({ length: 20 }, () => curveOf(questions, () => random())));
    const all = learnt(mixed, questions.length);
    const unseen = learnt(wholeSubjects, questions.length);
    const apart = (labels: number) =>
      meanCurve(orders.flatMap((order) => answersOf(order, wholeSubjects, labels).map(routingCurve)));
    const lengthApart = meanCurve(
      Array.from({ length: FOLDS }, (_, fold) =>
        curveOf(
          questions.filter((question, index) => wholeSubjects(question, index) === fold),
          lengthOf,
        ),
      ),
    );
    return Promise.resolve([
      ...LABELS.map((labels): Measure => {
        const { apgr } = learnt(mixed, labels);
        return quality(`APGR, mixed traffic, ${labels} labels`, apgr, labels >= 1000 ? 0.63 : null, [
          ['length', byLength.apgr],
          ['random', atRandom.apgr],
        ]);
      }),
      ...curveMeasures('mixed traffic, all labels', all, 0.63, byLength, atRandom),
      ...curveMeasures('unseen subjects', unseen, byLength.apgr, byLength, atRandom),
      ...LABELS.map((labels) =>
        quality(
          `APGR, unseen subjects, ${labels} labels`,
          learnt(wholeSubjects, labels).apgr,
          byLength.apgr,
          [['length', byLength.apgr]],
        ),
      ),
      quality('APGR, unseen subjects, each fold by itself', apart(questions.length).apgr, lengthApart.apgr, [
        ['length', lengthApart.apgr],
      ]),
      ...timeMeasures(questions),
    ]);
  },
};

function readQuestions(): Question[] {
  const lines = gunzipSync(readFileSync(DATA)).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Question);
}

function shuffled(questions: readonly Question[], seed: number): Question[] {
  const random = createRandom(seed);
  return questions
    .map((question) => ({ question, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ question }) => question);
}

interface Prepared {
  readonly question: Question;
  readonly features: Features;
}

const prepare = (questions: readonly Question[]): Prepared[] =>
  questions.map((question) => ({ question, features: featuresFor(question.prompt) }));

function featuresFor(prompt: string): Features {
  const { terms, values } = signalsOf({
    messages: [{ role: 'user', content: prompt }],
    kind: 'answer',
    tools: [],
    responseFormat: null,
  });
  return featuresOf(terms, values);
}

/** Learns what either model gets right from `labels` questions outside each fold, each of them once, as calls come. */
function answersOf(order: readonly Prepared[], folds: Folds, labels: number): RoutedAnswer[][] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const weak = createWordEvidence(SIGNAL_COUNT, null, EVIDENCE_PRIORS.lesser);
    const strong = createWordEvidence(SIGNAL_COUNT, null, EVIDENCE_PRIORS.capable);
    const isTested = ({ question }: Prepared, index: number) => folds(question, index) === fold;
    const others = order.filter((prepared, index) => !isTested(prepared, index));
    for (const { question, features } of others.slice(0, labels)) {
      weak.learn(features, question.weak);
      strong.learn(features, question.strong);
    }
    return order
      .filter(isTested)
      .map(({ question: { weak: isWeakRight, strong: isStrongRight }, features }) => ({
        weak: isWeakRight,
        strong: isStrongRight,
        need: strong.probability(features) - weak.probability(features),
      }));
  });
}

const lengthOf = ({ prompt }: Question): number => prompt.length;

const curveOf = (questions: readonly Question[], need: (question: Question) => number): RoutingCurve =>
  routingCurve(questions.map((question) => ({ ...question, need: need(question) })));

type Peers = readonly (readonly [name: string, value: number])[];

const peersOf = (peers: Peers) => peers.map(([name, value]) => ({ name, value }));

const quality = (name: string, value: number, target: number | null, peers: Peers): Measure => ({
  name,
  value,
  unit: '',
  target,
  higherIsBetter: true,
  peers: peersOf(peers),
});

function curveMeasures(
  where: string,
  ours: RoutingCurve,
  target: number,
  byLength: RoutingCurve,
  atRandom: RoutingCurve,
): Measure[] {
  const share = (name: string, key: 'cpt50' | 'cpt80'): Measure => ({
    name: `${name}, ${where}`,
    value: ours[key] * 100,
    unit: '% to GPT-4',
    target: null,
    peers: peersOf([
      ['length', byLength[key] * 100],
      ['random', atRandom[key] * 100],
    ]),
  });
  return [
    quality(`APGR, ${where}`, ours.apgr, target, [
      ['length', byLength.apgr],
      ['random', atRandom.apgr],
    ]),
    share('CPT(50%)', 'cpt50'),
    share('CPT(80%)', 'cpt80'),
  ];
}

/** The evidence alone: signals, features and one probability for each of four tiers. */
function timeMeasures(questions: readonly Question[]): Measure[] {
  const tiers = Array.from({ length: 4 }, () => createWordEvidence(SIGNAL_COUNT));
  const decide = (prompt: string) => {
    const features = featuresFor(prompt);
    for (const tier of tiers) tier.probability(features);
  };
  const long = questions
    .map(({ prompt }) => prompt)
    .join('\n')
    .slice(0, 40_960);
  const times = (prompts: readonly string[]) =>
    prompts.map((prompt) => {
      const begin = performance.now();
      decide(prompt);
      return performance.now() - begin;
    });
  const signalTimes = Array.from({ length: 1000 }, () => {
    const begin = performance.now();
    signalsOf({
      messages: [{ role: 'user', content: long }],
      kind: 'answer',
      tools: [],
      responseFormat: null,
    });
    return performance.now() - begin;
  });
  const short = times(questions.map(({ prompt }) => prompt));
  const whole = times(Array.from({ length: 1000 }, () => long));
  return [
    { name: 'decision, median of the questions', value: median(short), unit: 'ms', target: 1, peers: [] },
    { name: 'decision, 99th percentile', value: percentile(short, 99), unit: 'ms', target: 1, peers: [] },
    { name: 'decision, 40 KB, median', value: median(whole), unit: 'ms', target: 1, peers: [] },
    {
      name: 'of it the signals of 40 KB, median',
      value: median(signalTimes),
      unit: 'ms',
      target: 0.1,
      peers: [],
    },
  ];
}

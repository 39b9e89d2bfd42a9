/**
 * Fitting context: which answers of XQuAD survive in a tenth of its text, with the markers and the true count that the
 * pipeline works with, and how long a megabyte takes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Message } from '../protocol/messages.ts';
import { createFitter } from '../server/fitting/fit.ts';
import { readContext } from '../server/fitting/fit-messages.ts';
import { cut } from '../server/fitting/units.ts';
import type { Call, Stage } from '../server/pipeline/stage.ts';
import { fitContext } from '../server/pipeline/stages/fit-context.ts';
import { createTokenCounter } from '../server/tokens/counter.ts';
import { fakeDependencies, makeCall } from '../test/support/pipeline-fakes.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';

/** Artetxe, Ruder and Yogatama, "On the Cross-lingual Transferability of Monolingual Representations", 2020. */
const XQUAD = new URL('../../shared/data/xquad-en.json.gz', import.meta.url);
const SHARE = 0.1;
const MEGABYTE = 1_000_000;
const RUNS = 15;

interface Article {
  readonly paragraphs: readonly {
    readonly context: string;
    readonly qas: readonly {
      readonly question: string;
      readonly answers: readonly { readonly text: string; readonly answer_start: number }[];
    }[];
  }[];
}

interface Question {
  readonly question: string;
  /** Which paragraph has the answer, and where in it. */
  readonly paragraph: number;
  readonly start: number;
  readonly end: number;
}

export const benchmark: Benchmark = {
  name: 'fitting',
  what: 'Context fitted to a tenth of its text by the question, over the 240 paragraphs of XQuAD.',
  async run() {
    if (!existsSync(XQUAD)) return speed(filler());
    const { paragraphs, questions } = readXquad();
    return [...(await survival(paragraphs, questions)), ...speed(paragraphs)];
  },
};

async function survival(
  paragraphs: readonly string[],
  questions: readonly Question[],
): Promise<readonly Measure[]> {
  const pieces = paragraphs.map((text) => ({ name: '', text }));
  const total = paragraphs.reduce((sum, text) => sum + text.length, 0);
  const lost = questions.filter(({ question, paragraph, start, end }) => {
    const gaps = createFitter(pieces, question).fit(Math.floor(total * SHARE))[paragraph] ?? [];
    return gaps.some((gap) => gap.start < end && gap.end > start);
  });
  const sent = await throughStage(paragraphs, questions);
  const share = (count: number) => (100 * count) / questions.length;
  return [
    measure('answers lost, at 10 % of the text', share(lost.length), '%', 0.5),
    measure('answers lost by the stage, at 10 % of the tokens', share(sent.lost), '%', 0.5),
    measure('tokens kept by the stage, median', 100 * median(sent.kept), '%', null),
    measure('tokens kept by the stage, at most', 100 * percentile(sent.kept, 100), '%', null),
    measure('a question through the stage, median', median(sent.times), 'ms', null),
    ...relevanceAlone(pieces, questions),
  ];
}

/** The shares of the highest relevance that are measured as `farthing.context.relevance`. */
const LEAST = [0.05, 0.1, 0.2, 0.3];

/** Without a limit: what a threshold of relevance alone loses and keeps. */
const relevanceAlone = (
  pieces: readonly { readonly name: string; readonly text: string }[],
  questions: readonly Question[],
): readonly Measure[] =>
  LEAST.flatMap((least) => {
    let lost = 0;
    const total = pieces.reduce((sum, { text }) => sum + text.length, 0);
    const kept = questions.map(({ question, paragraph, start, end }) => {
      const fit = createFitter(pieces, question).fit(null, least);
      if (fit[paragraph]?.some((gap) => gap.start < end && gap.end > start) === true) lost += 1;
      const left = fit.flat().reduce((sum, gap) => sum + gap.end - gap.start, 0);
      return 1 - left / total;
    });
    return [
      measure(`answers lost by context.relevance ${least} alone`, (100 * lost) / questions.length, '%', null),
      measure(`text kept by context.relevance ${least} alone, median`, 100 * median(kept), '%', null),
    ];
  });

/** The same by the stage of the pipeline: the limit is in true tokens, and marks and markers count. */
async function throughStage(paragraphs: readonly string[], questions: readonly Question[]) {
  const counter = createTokenCounter();
  const prices = { cost: () => ({ nano: null, priceVersion: null }), contextTokens: () => null };
  const stage = fitContext({ ...fakeDependencies(), counter, prices });
  const marked = paragraphs.map((text) => `<context>\n${text}\n</context>\n`).join('');
  const call = makeCall({ model: { id: 'gpt-5-mini', contextTokens: null, encoding: null } });
  const count = async (text: string) => (await counter.countText(call.model, text)).tokens;
  const all = await count(marked);
  const settings = { ...call.settings, contextTokens: Math.floor(all * SHARE) };
  const kept: number[] = [];
  const times: number[] = [];
  let lost = 0;
  for (const { question, paragraph, start, end } of questions) {
    const started = performance.now();
    const sent = await send(stage, { ...call, settings, messages: [user(`${marked}${question}`)] });
    times.push(performance.now() - started);
    kept.push((await count(sent.slice(0, -question.length))) / all);
    const text = paragraphs[paragraph] ?? '';
    const units = cut(text).units.filter((unit) => unit.start < end && unit.end > start);
    if (!units.every((unit) => sent.includes(text.slice(unit.start, unit.end).trim()))) lost += 1;
  }
  await counter.dispose();
  return { lost, kept, times };
}

const user = (content: string): Message => ({ role: 'user', content });

/** What a stage sends of a call's first message. */
async function send(stage: Stage, call: Call): Promise<string> {
  let sent = '';
  const reply = stage.run(call, async function* (changed) {
    sent = changed.messages[0]?.content ?? '';
    yield { type: 'end', reason: 'stop' };
  });
  for await (const event of reply) if (event.type === 'end') break;
  return sent;
}

function speed(paragraphs: readonly string[]): readonly Measure[] {
  const pieces: string[] = [];
  let length = 0;
  for (let index = 0; length < MEGABYTE; index++) {
    // No two pieces are alike, since what repeats is soon done with.
    const text = `${paragraphs[index % paragraphs.length]} This is said in the year ${index} of the record ${index * 7919}.`;
    pieces.push(`<context name="${index}.txt">\n${shuffled(text, index)}\n</context>\n`);
    length += text.length;
  }
  const content = `${pieces.join('')}Which university was founded by the treaty of 1648?`;
  const times = fitTimes(content, RUNS);
  const many = Array.from(
    { length: 100_000 },
    (_, index) => `<context>\nFact ${index} is ${index % 97}.\n</context>\n`,
  );
  return [
    measure('1 MB of context fitted, median', median(times), 'ms', 50),
    measure('1 MB of context fitted, fastest', Math.min(...times), 'ms', null),
    measure('1 MB of context fitted, the first time', times[0] ?? 0, 'ms', null),
    measure(
      '100,000 pieces fitted, median',
      median(fitTimes(`${many.join('')}What is fact 4711?`, 5)),
      'ms',
      500,
    ),
  ];
}

/** Milliseconds from a message to the message with a tenth of its context, without counting tokens. */
const fitTimes = (content: string, runs: number): readonly number[] =>
  Array.from({ length: runs }, () => {
    const started = performance.now();
    const context = readContext([{ role: 'user', content }]);
    context?.apply(context.fitter.fit(Math.floor(content.length / 10)));
    return performance.now() - started;
  });

/** Its sentences in another order, which differs with `seed`. */
function shuffled(text: string, seed: number): string {
  const sentences = text.split(/(?<=\. )/);
  const by = seed % Math.max(1, sentences.length);
  return [...sentences.slice(by), ...sentences.slice(0, by)].join(' ').replaceAll('e ', `e${seed % 9} `);
}

/** Where there is no data: sentences that say something different each. */
const filler = (): readonly string[] =>
  Array.from({ length: 240 }, (_, index) =>
    Array.from(
      { length: 6 },
      (_, part) => `Sentence ${part} of text ${index} is about topic ${index * part}.`,
    ).join(' '),
  );

const measure = (name: string, value: number, unit: string, target: number | null): Measure => ({
  name,
  value,
  unit,
  target,
  peers: [],
});

function readXquad(): { paragraphs: readonly string[]; questions: readonly Question[] } {
  const { data } = JSON.parse(gunzipSync(readFileSync(XQUAD)).toString('utf8')) as {
    data: readonly Article[];
  };
  const all = data.flatMap(({ paragraphs }) => paragraphs);
  return {
    paragraphs: all.map(({ context }) => context),
    questions: all.flatMap(({ qas }, paragraph) =>
      qas.flatMap(({ question, answers }) => {
        const [answer] = answers;
        if (answer === undefined) return [];
        const start = answer.answer_start;
        return [{ question, paragraph, start, end: start + answer.text.length }];
      }),
    ),
  };
}

/**
 * The compression rules over a public corpus of prompts: what they save, by risk and by rule, and that nothing that is
 * kept is lost, on the prompts and on mutations of them.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { RISKS, type Risk } from '../protocol/compression.ts';
import { applyEdits, compress, withoutOverlaps } from '../server/prompts/compression/apply.ts';
import { findKept } from '../server/prompts/compression/kept.ts';
import type { PromptText } from '../server/prompts/compression/prompt-text.ts';
import { readPromptText } from '../server/prompts/compression/read-prompt-text.ts';
import type { Rule } from '../server/prompts/compression/rule.ts';
import { RULES } from '../server/prompts/compression/rules.ts';
import { suggest } from '../server/prompts/compression/suggest.ts';
import { createEncodings } from '../server/tokens/encodings.ts';
import { createTokenMeasure, type TokenMeasure } from '../server/tokens/token-measure.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';
import { readCsv } from './savings/csv.ts';

/** "Awesome ChatGPT Prompts", github.com/f/awesome-chatgpt-prompts, CC0. */
const CORPUS = new URL('../../shared/data/awesome-chatgpt-prompts.csv.gz', import.meta.url);
const LONG_PROMPT = 100_000;
const RUNS = 15;

export const benchmark: Benchmark = {
  name: 'compress',
  what: 'Compression suggestions over the 1,000 and more prompts of a public collection, and what they may never touch.',
  async run() {
    const prompts = readCsv(gunzipSync(readFileSync(CORPUS)).toString('utf8'))
      .map(({ prompt = '' }) => prompt)
      .filter((prompt) => prompt.trim() !== '');
    const encodings = createEncodings();
    const measure = createTokenMeasure(await encodings.load('o200k_base'), encodings.seams);
    return [...savings(prompts, measure), ...kept(prompts, measure), ...speed(prompts, measure)];
  },
};

const read = (texts: readonly string[], measure: TokenMeasure): PromptText =>
  readPromptText({ passages: texts.map((text) => ({ text, role: 'user' })) }, measure);

const upTo = (risk: Risk): readonly Rule[] =>
  RULES.filter((rule) => RISKS.indexOf(rule.risk) <= RISKS.indexOf(risk));

function savings(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  const shares = (rules: readonly Rule[]) =>
    prompts.map((prompt) => {
      const before = measure.tokens(prompt);
      const [after = prompt] = compressed(prompt, rules, measure);
      return (100 * (before - measure.tokens(after))) / before;
    });
  const figures = (name: string, values: readonly number[], target: number | null): readonly Measure[] => [
    share(`${name}, median`, median(values), target),
    share(`${name}, quartiles`, percentile(values, 25), null, [
      { name: 'upper', value: percentile(values, 75) },
    ]),
  ];
  const by = new Map<Rule, { places: number; prompts: number; tokens: number; pointed: number }>();
  for (const prompt of prompts) {
    const seen = new Set<Rule>();
    const { suggestions } = suggest(read([prompt], measure), { rules: RULES, limit: 10_000 });
    for (const { rule, finding, saved } of suggestions) {
      const sum = by.get(rule) ?? { places: 0, prompts: 0, tokens: 0, pointed: 0 };
      by.set(rule, {
        places: sum.places + 1,
        prompts: sum.prompts + (seen.has(rule) ? 0 : 1),
        tokens: sum.tokens + saved,
        pointed: sum.pointed + (finding.edits.length === 0 ? 1 : 0),
      });
      seen.add(rule);
    }
  }
  const total = prompts.reduce((sum, prompt) => sum + measure.tokens(prompt), 0);
  return [
    ...figures('saved, lossless', shares(upTo('lossless')), null),
    ...figures('saved, lossless and low', shares(upTo('low')), 10),
    ...figures('saved, with review', shares(RULES), 25),
    ...RULES.map((rule) => {
      const { places, prompts: found, tokens, pointed } = by.get(rule) ?? NONE;
      return {
        name: `  ${rule.id} (${rule.risk}): ${places} places in ${found} prompts${pointed > 0 ? `, ${pointed} pointed out` : ''}`,
        value: (100 * tokens) / total,
        unit: '% of all tokens',
        target: null,
        peers: [],
      };
    }),
  ];
}

const NONE = { places: 0, prompts: 0, tokens: 0, pointed: 0 };

const share = (
  name: string,
  value: number,
  target: number | null,
  peers: Measure['peers'] = [],
): Measure => ({ name, value, unit: '%', target, higherIsBetter: true, peers });

/** Every rule on every prompt and on mutations of it: what is kept stays, twice is once, and the count is smaller. */
function kept(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  let lost = 0;
  let unstable = 0;
  let longer = 0;
  let texts = 0;
  for (const [index, prompt] of prompts.entries()) {
    for (const text of [prompt, mutated(prompt, index)]) {
      texts += 1;
      const prompt = read([text], measure);
      for (const rule of RULES) {
        const found = suggest(prompt, { rules: [rule], limit: 10_000 }).suggestions;
        if (found.every(({ finding }) => finding.edits.length === 0)) continue;
        const chosen = withoutOverlaps(found);
        const after = applyEdits(
          text,
          chosen.flatMap(({ finding }) => finding.edits),
        );
        if (lacks(rule, text, after)) lost += 1;
        if (measure.tokens(after) >= measure.tokens(text)) longer += 1;
        const once = compressed(text, [rule], measure);
        if (compressed(once[0] ?? '', [rule], measure)[0] !== once[0]) unstable += 1;
      }
    }
  }
  const count = (name: string, value: number): Measure => ({
    name: `${name}, of ${texts} texts and ${RULES.length} rules`,
    value,
    unit: '',
    target: 0,
    peers: [],
  });
  return [
    count('protected tokens lost', lost),
    count('applied twice is not once', unstable),
    count('not shorter', longer),
  ];
}

function compressed(text: string, rules: readonly Rule[], measure: TokenMeasure): readonly string[] {
  return compress(read([text], measure), rules, (texts) => read(texts, measure));
}

/** True where something that is kept is gone: in its order, or for a rule that takes repeats away, altogether. */
function lacks({ keeps }: Rule, before: string, after: string): boolean {
  if (keeps === 'value') return false;
  const tokens = (text: string) =>
    findKept(text)
      .filter(({ kind }) => kind !== 'name')
      .map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' '));
  if (keeps === 'once') return tokens(before).some((token) => !after.replace(/\s+/g, ' ').includes(token));
  // In order, each behind the one before.
  let from = 0;
  const flat = after.replace(/\s+/g, ' ');
  return tokens(before).some((token) => {
    const found = flat.indexOf(token, from);
    if (found >= 0) from = found + token.length;
    return found < 0;
  });
}

const PIECES = [
  ' {{name}} ',
  '\r\n\r\n\r\n\r\n',
  ' `x  =  1` ',
  ' "very very  good" ',
  ' not  3.5 kg ',
  ' 很好。请 ',
  ' 👩‍👩‍👧👍👍👍 ',
  ' שלום ',
  '\n```json\n{ "a": [ 1,  2 ] }\n```\n',
  ' ${input:topic}   ',
];

/** A prompt with pieces put into it at places that depend on its number alone. */
function mutated(prompt: string, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % limit;
  };
  let text = prompt;
  for (let times = 0; times < 6; times++) {
    const at = next(text.length + 1);
    const high = text.charCodeAt(at - 1);
    if (high >= 0xd800 && high <= 0xdbff) continue;
    text = text.slice(0, at) + (PIECES[next(PIECES.length)] ?? '') + text.slice(at);
  }
  return text;
}

function speed(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  let text = '';
  for (const prompt of prompts) {
    if (text.length >= LONG_PROMPT) break;
    text += `${prompt}\n\n`;
  }
  const long = text.slice(0, LONG_PROMPT);
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    suggest(read([long], measure), { rules: RULES });
    return performance.now() - start;
  });
  const start = performance.now();
  measure.tokens(long);
  return [
    {
      name: '100 KB analysed',
      value: median(times),
      unit: 'ms',
      target: 50,
      peers: [{ name: 'counting it once', value: performance.now() - start }],
    },
  ];
}

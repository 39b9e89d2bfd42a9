/**
 * The compression rules over a public corpus of prompts: what they save, by risk and by rule, and that nothing that is
 * kept is lost, on the prompts and on mutations of them.
 */
import { RISKS, type Risk } from '../protocol/compression.ts';
import type { Rule } from '../server/prompts/compression/rule.ts';
import { RULES } from '../server/prompts/compression/rules.ts';
import { suggest } from '../server/prompts/compression/suggest.ts';
import type { TokenMeasure } from '../server/tokens/token-measure.ts';
import { type Benchmark, type Measure, median, percentile } from './benchmark.ts';
import { compressed, createMeasure, readAsUser, readPrompts, suggestionsFor } from './compression/corpus.ts';
import { kindOf, PROMPT_KINDS } from './compression/prompt-kinds.ts';
import { kept } from './compression/protected.ts';
import { misleadingAmong, readVerdicts } from './compression/verdicts.ts';

const LONG_PROMPT = 100_000;
const RUNS = 15;

export const benchmark: Benchmark = {
  name: 'compress',
  what: 'Compression suggestions over the 1,000 and more prompts of a public collection, and what they may never touch.',
  async run() {
    const prompts = readPrompts();
    const measure = await createMeasure();
    return [
      ...savings(prompts, measure),
      ...kept(prompts, measure),
      ...judged(prompts, measure),
      ...speed(prompts, measure),
    ];
  },
};

const upTo = (risk: Risk): readonly Rule[] =>
  RULES.filter((rule) => RISKS.indexOf(rule.risk) <= RISKS.indexOf(risk));

function savings(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  const shares = (rules: readonly Rule[]) =>
    prompts.map((prompt) => {
      const before = measure.tokens(prompt);
      const after = compressed(prompt, rules, measure);
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
    const { suggestions } = suggest(readAsUser([prompt], measure), { rules: RULES, limit: 10_000 });
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
  const low = shares(upTo('low'));
  const all = shares(RULES);
  const kinds = prompts.map((prompt) => kindOf(readAsUser([prompt], measure)));
  return [
    ...figures('saved, lossless', shares(upTo('lossless')), null),
    ...figures('saved, lossless and low', low, 10),
    ...figures('saved, with review', all, 25),
    ...PROMPT_KINDS.map((kind) => {
      const own = (values: readonly number[]) => median(values.filter((_, index) => kinds[index] === kind));
      const number = kinds.filter((one) => one === kind).length;
      return share(`  of ${number} prompts that are ${kind}, lossless and low, median`, own(low), null, [
        { name: 'with review', value: own(all) },
      ]);
    }),
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

/** What a person read and judged misleading may not be suggested again. */
function judged(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  const misleading = misleadingAmong(suggestionsFor(prompts, RULES, measure), readVerdicts());
  return [
    {
      name: 'suggestions judged misleading that are still made',
      value: misleading,
      unit: '',
      target: 0,
      peers: [],
    },
  ];
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
    suggest(readAsUser([long], measure), { rules: RULES });
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

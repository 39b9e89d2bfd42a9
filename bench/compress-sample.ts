/**
 * node bench/compress-sample.ts [seed] [rule] [count]: prints suggestions for the public prompts to be judged by eye, 100
 * of all rules or `count` of one. To the terminal only: the verdicts go to `test/data/compression-verdicts.json`, where
 * each suggestion is named by its place and a digest.
 */
import { RULES } from '../server/prompts/compression/rules.ts';
import { type CorpusSuggestion, createMeasure, readPrompts, suggestionsFor } from './compression/corpus.ts';
import { sampleOf } from './compression/sampling.ts';

const AROUND = 160;

const [seed = '1', rule, count = '20'] = process.argv.slice(2);
const rules = rule === undefined ? RULES : RULES.filter(({ id }) => id === rule);
if (rules.length === 0) {
  console.error(`There is no rule "${rule}". Name one of server/prompts/compression/rules.ts.`);
  process.exit(2);
}
const prompts = readPrompts();
const sample = sampleOf(suggestionsFor(prompts, rules, await createMeasure()), {
  seed,
  size: rule === undefined ? 100 : Number(count),
  most: rule === undefined ? 20 : Number(count),
});
const ordered = [...sample].sort((one, other) => one.place.rule.localeCompare(other.place.rule));
for (const [number, suggestion] of ordered.entries()) print(number + 1, suggestion);

function print(number: number, { place, finding, saved }: CorpusSuggestion): void {
  const text = prompts[place.prompt] ?? '';
  const edits = [...finding.edits].sort((one, other) => one.start - other.start);
  const first = edits[0]?.start ?? finding.start;
  const last = edits.at(-1)?.end ?? finding.end;
  let shown = text.slice(Math.max(0, first - AROUND), first);
  let at = first;
  for (const { start, end, replacement } of edits) {
    shown += `${text.slice(at, start)}[-${text.slice(start, end)}-]{+${replacement}+}`;
    at = end;
  }
  shown += text.slice(at, last + AROUND);
  console.log(`\n${number}. ${JSON.stringify({ ...place, saved })}\n   ${finding.message}`);
  console.log(JSON.stringify(shown.length > 1500 ? `${shown.slice(0, 1500)}…` : shown));
}

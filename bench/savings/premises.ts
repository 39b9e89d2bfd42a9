/** What is true, what is labelled and what is simulated, printed before any figure. */
import { DAY_NOTES, type Task } from './day.ts';
import { dashed, OPTIONS, type Options } from './options.ts';
import { PREFIX_NOTE } from './prefix-cache.ts';
import { MODELS } from './provider.ts';
import { type Data, GSM8K_MODELS } from './questions.ts';
import { defaultContextTokens } from './replay.ts';
import { percent } from './table.ts';

/** Prints it. */
export function printPremises(options: Options, day: readonly Task[], { shares }: Data): void {
  console.log('A developer’s day, replayed without a network. Its numbers, each to be set as --NAME N:');
  for (const [name, { what }] of Object.entries(OPTIONS))
    console.log(
      `  --${dashed(name).padEnd(14)} ${String(options[name as keyof Options]).padStart(5)}  ${what}`,
    );
  const counts = Object.entries(Object.groupBy(day, ({ question }) => question.source));
  const made = counts.map(([source, tasks]) => `${source} ${tasks?.length ?? 0}`).join(', ');
  const { MMLU, GSM8K } = shares;
  for (const line of [
    '\nTrue: the prompts, the counts of tokens, the prices of the table, and every stage with its database.',
    `Questions: ${made}. The proportions are assumptions; no public record of such a day is known to us.`,
    ...DAY_NOTES,
    `\nLabelled: ${MODELS.small} answers as the weak models of the data do, ${MODELS.frontier} as the strong ones; the models themselves are never asked.`,
    `MMLU: Mixtral 8x7B right ${percent(MMLU.small)}, GPT-4 ${percent(MMLU.frontier)}. Which option is right is not in the data: one is taken for it, and a wrong answer names another.`,
    `GSM8K: ${GSM8K_MODELS.small} right ${percent(GSM8K.small)}, ${GSM8K_MODELS.frontier} ${percent(GSM8K.frontier)}, in their own words. These are models of 2021, so that fewer answers are right than today, for direct calls too.`,
    'XQuAD and banking77 have no labels: each question has those of an MMLU question drawn by chance. An answer to XQuAD is the sentence that has it, and is wrong whatever the label says where that sentence was not sent; a class of banking77 is its name. Wrong answers are another sentence and another class, so that no check can tell.',
    '\nSimulated: the provider. It streams in no time, never fails, and never reasons: reasoning is in no data, and would be billed as output by both models.',
    PREFIX_NOTE,
    'A second try after a failed check gets the labelled answer of the model that is asked then. The length directive is off, as by default: how much shorter answers get by it is in no data.',
    `The user undoes and keeps as said above, and asks nothing again. The day begins with nothing learnt and nothing kept. All settings are the defaults (at most ${defaultContextTokens()} tokens of context, preference balanced) but for "auto" as the model.`,
    '\n"right" is the share of all calls whose answer was right; "small" and "frontier" say whose answer was shown, "escalated" which of them asked both; "cached" is the provider’s share of input; p50 and p99 are the pipeline’s own time.\n',
  ])
    console.log(line);
}

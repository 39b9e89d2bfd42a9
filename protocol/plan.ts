/**
 * What would happen to a call, in order, and what that would cost: the plan behind an estimate, as a list that an
 * editor, a hover and a terminal show alike.
 */
import { decisionTitle } from './decision-text.ts';
import { escapeMarkdown } from './markdown.ts';
import { formatMoney } from './money.ts';
import { contextShare, inputCount, outputLine } from './preview-text.ts';
import { type Decision, formatTokens, type Preview, tokenWords } from './receipt.ts';
import { idleText, stageName, whatChanges } from './stage-words.ts';

/** One line of a plan: a step of the pipeline, or a number of the estimate. */
export interface PlanLine {
  /** `idle` for a step that has nothing to do. */
  readonly kind: 'step' | 'idle' | 'estimate';
  /** "Cache miss", "Retry" or "Cost". */
  readonly title: string;
  /** Why, or how much: one sentence. */
  readonly text: string;
  /** Tokens and money: "Saves 1,510 tokens, $0.0042."; null where it is none. */
  readonly amount: string | null;
  /** What would change it; null where a person can do nothing about it. */
  readonly change: string | null;
}

/** Every step in the pipeline's order, then the estimate. Steps of an unknown name stand as they are written. */
export function explainPlan(preview: Preview): readonly PlanLine[] {
  const { stages, decisions } = preview;
  const known = new Set(stages);
  const further = [...new Set(decisions.map(({ stage }) => stage))].filter((stage) => !known.has(stage));
  const steps = [...stages, ...further].flatMap((stage) => stepLines(stage, preview));
  return [...joined(steps), ...estimateLines(preview)];
}

/** The steps behind a kept answer are one line. */
function joined(steps: readonly PlanLine[]): readonly PlanLine[] {
  const [first, ...rest] = steps.filter(({ text }) => text === NOT_REACHED);
  if (first === undefined) return steps;
  const titles = [first, ...rest].map(({ title }) => title);
  return steps
    .filter((step) => !rest.includes(step))
    .map((step) => (step === first ? { ...step, title: titles.join(', ') } : step));
}

const NOT_REACHED = 'nothing to do: the kept answer comes first.';

function stepLines(stage: string, { stages, decisions, cached }: Preview): readonly PlanLine[] {
  const own = decisions.filter((decision) => decision.stage === stage);
  if (own.length > 0) return own.map(stepLine);
  const answering = stages.findIndex((name) => decisions.some((one) => one.stage === name && isHit(one)));
  const isReached = !cached || answering < 0 || stages.indexOf(stage) < answering;
  return [
    {
      kind: 'idle',
      title: stageName(stage),
      text: isReached ? idleText(stage) : NOT_REACHED,
      amount: null,
      change: null,
    },
  ];
}

const isHit = ({ action }: Decision): boolean => action === 'hit';

const stepLine = (decision: Decision): PlanLine => {
  const { stage, action, why } = decision;
  return {
    kind: 'step',
    title: decisionTitle(decision),
    text: why,
    amount: amountOf(decision),
    change: whatChanges(stage, action),
  };
};

function amountOf({ savedTokens = 0, savedNano = 0 }: Decision): string | null {
  const saves = [
    ...(savedTokens > 0 ? [tokenWords(savedTokens)] : []),
    ...(savedNano > 0 ? [formatMoney(savedNano)] : []),
  ];
  const costs = [
    ...(savedTokens < 0 ? [tokenWords(-savedTokens)] : []),
    ...(savedNano < 0 ? [formatMoney(-savedNano)] : []),
  ];
  const sentences = [
    ...(saves.length > 0 ? [`Saves ${saves.join(', ')}.`] : []),
    ...(costs.length > 0 ? [`Costs ${costs.join(', ')} more.`] : []),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function estimateLines(preview: Preview): readonly PlanLine[] {
  const { model, provider, simulated, missing, cost, cached, contextTokens, inputTokens } = preview;
  const tooLong = contextTokens !== null && inputTokens > contextTokens;
  return [
    line(
      'Model',
      `${provider}/${model}${simulated ? ' (simulated, nothing is billed)' : ''}.`,
      tooLong ? 'The input does not fit: choose a model with a larger context window.' : null,
    ),
    line(
      'Input',
      `${inputCount(preview)} tokens${contextShare(preview)}.`,
      missing.length === 0
        ? null
        : `More with a value for ${missing.join(', ')}, which is asked for before a run.`,
    ),
    line('Output', `${outputLine(preview)}.`, outputChange(preview)),
    line(
      'Cost',
      cached
        ? '$0: the answer is in the cache.'
        : `${formatMoney(cost.nano)}${cost.priceVersion === null ? '' : ` (${cost.priceVersion})`}.`,
      cost.nano === null ? 'Give the price in farthing.prices.' : null,
    ),
    ...averageLine(preview),
    ...(cached ? [] : [line('At most', mostText(preview), null)]),
    ...baselineLine(preview),
  ];
}

/** What is paid besides one answer, where that shows. */
function averageLine({ cost, expectedNano, decisions, tier }: Preview): readonly PlanLine[] {
  if (expectedNano === undefined || formatMoney(expectedNano) === formatMoney(cost.nano)) return [];
  const isSummed = decisions.some(({ stage, action }) => stage === 'fitHistory' && action === 'assumed');
  const further = [
    ...(tier === null ? [] : ['second tries, where an answer does not pass']),
    ...(isSummed ? ['the summary, which has a line of its own'] : []),
  ];
  return [line('On average', `${formatMoney(expectedNano)} with ${further.join(' and with ')}.`, null)];
}

const mostText = ({ worst: { nano, outputTokens }, tier }: Preview): string =>
  `${formatMoney(nano)} for one request with ${formatTokens(outputTokens)} output tokens${
    tier === null ? ', which a budget holds' : '; a budget holds that of each model that may be asked'
  }.`;

const line = (title: string, text: string, change: string | null): PlanLine => ({
  kind: 'estimate',
  title,
  text,
  amount: null,
  change,
});

const outputChange = ({ outputBasis, cached }: Preview): string | null =>
  cached || outputBasis !== 'assumed'
    ? null
    : 'After a run its true length is used; maxTokens in the front matter sets a limit.';

function baselineLine({ baseline, savedNano }: Preview): readonly PlanLine[] {
  if (baseline === null) return [];
  const straight = `The same tokens straight to ${baseline.provider}/${baseline.model}: ${formatMoney(baseline.nano)}.`;
  const difference =
    savedNano === null
      ? 'What this saves is not known.'
      : savedNano === 0
        ? 'This saves nothing.'
        : savedNano > 0
          ? `This saves ${formatMoney(savedNano)}.`
          : `This is dearer by ${formatMoney(-savedNano)}.`;
  return [
    line('Baseline', `${straight} ${difference}`, 'farthing.baseline names the model to compare with.'),
  ];
}

/** The whole plan in Markdown that reads well as it is, for a document or a terminal. */
export function planReport(name: string, preview: Preview): string {
  const lines = explainPlan(preview);
  const steps = lines.filter(({ kind }) => kind !== 'estimate');
  const list = steps.map((step, index) => item(`${index + 1}.`, step));
  const estimate = lines.filter(({ kind }) => kind === 'estimate').map((one) => item('-', one));
  return [
    `# ${name}: ${expected(preview)}`,
    'Nothing was sent. This is what a run now would do.',
    '## Steps',
    list.join('\n'),
    '## Estimate',
    estimate.join('\n'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** What a person wants to know first. */
export const expected = ({ cached, cost }: Preview): string =>
  cached ? 'cached, $0' : cost.nano === null ? 'price unknown' : `est. ${formatMoney(cost.nano)}`;

function item(mark: string, { title, text, amount, change }: PlanLine): string {
  const indent = ' '.repeat(mark.length + 1);
  const further = [amount, change === null ? null : `What would change it: ${change}`];
  return [
    `${mark} ${title}: ${text}`,
    ...further.filter((one) => one !== null).map((one) => `${indent}- ${one}`),
  ].join('\n');
}

/** The short form in Markdown for a hover: what would be done, without the steps that have nothing to do. */
export function planHover(preview: Preview): string {
  const lines = explainPlan(preview);
  const done = lines.filter(({ kind }) => kind === 'step');
  const numbers = lines.filter(({ title, kind }) => kind === 'estimate' && title !== 'Model');
  const idle = lines.filter(({ kind }) => kind === 'idle').length;
  return [
    `**${escapeMarkdown(expected(preview))}** · ${escapeMarkdown(`${preview.provider}/${preview.model}`)}`,
    ...(done.length === 0 ? [] : [done.map(bullet).join('\n')]),
    numbers.map(bullet).join('\n'),
    `${idle === 1 ? '1 other step has' : `${idle} other steps have`} nothing to do. Farthing: Explain This Call says what would change it.`,
  ].join('\n\n');
}

const bullet = ({ title, text, amount }: PlanLine): string =>
  `- ${escapeMarkdown(`${title}: ${text}${amount === null ? '' : ` ${amount}`}`)}`;

/** The plan in a few words, for the tooltip of the line above a prompt. */
export const planTooltip = (preview: Preview): string =>
  [
    `Run with ${preview.provider}/${preview.model}: ${expected(preview)}.`,
    ...explainPlan(preview)
      .filter(({ kind }) => kind === 'step')
      .map(({ title, text }) => `${title}: ${text}`),
  ].join('\n');

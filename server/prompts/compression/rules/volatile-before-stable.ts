/**
 * What is another text in each call, in front of what is the same: a provider's prefix cache ends where two calls differ
 * (OpenAI and Anthropic, "Prompt caching").
 */
import { volatileValues } from '../../volatile-values.ts';
import type { Passage, PromptText } from '../prompt-text.ts';
import type { Edit, Finding, Rule } from '../rule.ts';
import { movableStretch } from './layout/movable-stretch.ts';

/** Shorter prefixes are kept by no provider, in tokens. */
const FEWEST_TOKENS = 1024;
/** How far from the front of a message written times and identifiers are looked for, in UTF-16 units. */
const SEARCHED = 16_384;

/** Names of variables that are a time, a random value, or what the prompt is run on. */
const CHANGING =
  /^(?:(?:the )?(?:current|todays?) )?(?:date(?: ?time)?|time(?: ?stamp)?|day)(?: now)?$|^(?:now|today)$|\b(?:uuid4?|guid|nonce|random(?: ?uuid)?|(?:request|session|trace|run|call|message) id)\b|\b(?:date|datetime|time)(?: date(?: ?time)?)? (?:now|today|utcnow|time)\b|^new date\b|^(?:user )?(?:input|text|question|query|message|code|file|selection|selected ?text|diff|document|content|transcript|email)$/i;
/** Only beside such words a written time or identifier is taken for one of this call. */
const OF_NOW =
  /\b(?:now|today|current(?:ly)?|generated|as of|timestamp|(?:request|session|trace|run)[ _-]id)\b/i;

interface VolatileStretch {
  readonly passage: number;
  readonly start: number;
  readonly end: number;
}

const REPEATED = Array.from(
  { length: 90 },
  (_, index) => `${index + 1}. A claim of section ${index + 1} is checked against the policy.`,
).join('\n');

export const volatileBeforeStable: Rule = {
  id: 'volatile-before-stable',
  title: 'Changing text in front of text that stays',
  what: "Moves a time, a random value or the input behind the text that is the same in each call. The provider's prefix cache gives the beginning that calls share for a fraction of the price, and ends at the first difference.",
  risk: 'review',
  keeps: 'once',
  examples: [
    { before: `You check the claim {{text}} for an insurer by these rules.\n\n${REPEATED}`, after: null },
  ],
  leaves: [
    'Today is {{date}}.\n\nAnswer the question of the customer.',
    `${REPEATED}\n\nToday is {{date}}.`,
    `Answer in {{language}}.\n\n${REPEATED}`,
    `TEMPLATE = """\nQuestion: {question}\n"""\n\n${REPEATED}`,
  ],
  *find(prompt): Generator<Finding> {
    const parts = prompt.passages.flatMap((passage, index) => [...volatileIn(passage, index)]);
    let group: VolatileStretch[] = [];
    for (const [index, part] of parts.entries()) {
      group.push(part);
      const tokens = stableTokens(prompt, part, parts[index + 1] ?? null);
      if (tokens < FEWEST_TOKENS) continue;
      yield findingOf(prompt, group, parts[index + 1] ?? null, tokens);
      group = [];
    }
  },
};

function* volatileIn(passage: Passage, index: number): Generator<VolatileStretch> {
  if (passage.includedFrom !== null || passage.role === 'assistant') return;
  const { text, kept } = passage;
  const found: VolatileStretch[] = [];
  for (const { kind, start, end } of kept)
    if (kind === 'variable' && isChanging(text.slice(start, end)) && !isInProgramText(text, start))
      found.push({ passage: index, start, end });
  for (const { value, index: start } of volatileValues(text, SEARCHED))
    if (OF_NOW.test(lineAround(text, start)) && !isSample(passage, start))
      found.push({ passage: index, start, end: start + value.length });
  yield* found.sort((one, other) => one.start - other.start);
}

/** What stands in brackets is as often part of a form that the answer is to have. */
const isChanging = (written: string): boolean => !written.startsWith('[') && CHANGING.test(nameOf(written));

/** The string of a Python program that the message shows without a fence: the program fills it in, not this prompt. */
function isInProgramText(text: string, at: number): boolean {
  const opening = text.lastIndexOf('"""', at);
  return opening !== -1 && /[=(,][ \t]*[a-zA-Z]{0,2}$/.test(text.slice(Math.max(0, opening - 8), opening));
}

/** True in code, data and tables, which show what such a value looks like. */
const isSample = ({ blocks }: Passage, at: number): boolean =>
  blocks.some(
    ({ kind, start, end }) =>
      (kind === 'code' || kind === 'data' || kind === 'table') && start <= at && at < end,
  );

/** "current date" of `{{ currentDate }}`, "date now" of `${Date.now()}`. */
const nameOf = (written: string): string =>
  written
    .replace(/^\$?\{+\s*(?:input:)?([^}:]*)[^}]*\}*$/, '$1')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function lineAround(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(start, end === -1 ? text.length : end);
}

/** Tokens between a part and the next one, or the end of the prompt. */
function stableTokens(prompt: PromptText, from: VolatileStretch, to: VolatileStretch | null): number {
  const texts = prompt.passages
    .slice(from.passage, (to?.passage ?? prompt.passages.length) + 1)
    .map(({ text }, index) => {
      const passage = from.passage + index;
      return text.slice(
        passage === from.passage ? from.end : 0,
        passage === to?.passage ? to.start : text.length,
      );
    });
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  // A token is a UTF-16 unit at least in what is long enough to matter, but for rare scripts, which are not pointed at.
  return length < FEWEST_TOKENS ? 0 : texts.reduce((sum, text) => sum + prompt.tokens(text), 0);
}

function findingOf(
  prompt: PromptText,
  group: readonly VolatileStretch[],
  next: VolatileStretch | null,
  wastedTokens: number,
): Finding {
  const first = group[0] as VolatileStretch;
  const edits = movesOf(prompt, group, next);
  const written = prompt.passages[first.passage]?.text.slice(first.start, first.end) ?? '';
  const where = edits.length > 0 ? 'the end of the message' : 'the end of the last message';
  return {
    passage: first.passage,
    start: first.start,
    end: first.end,
    edits,
    message: `Move “${written}” to ${where}: it differs from call to call, so the provider's prefix cache gives nothing of what stands behind it.`,
    wastedTokens,
  };
}

/** The moves of all parts to the end of their message; none where one cannot go, or would stand in front of the same text there. */
function movesOf(
  prompt: PromptText,
  group: readonly VolatileStretch[],
  next: VolatileStretch | null,
): Edit[] {
  const { passage = 0, end = 0 } = group.at(-1) ?? {};
  const source = prompt.passages[passage];
  if (source === undefined || group.some((part) => part.passage !== passage)) return [];
  const stable = source.text.slice(end, next?.passage === passage ? next.start : source.text.length);
  if (prompt.tokens(stable) < FEWEST_TOKENS) return [];
  const moved = group.map((part) => movableStretch(source, part));
  const stretches = moved.filter((one) => one !== null);
  if (stretches.length < moved.length) return [];
  const distinct = stretches.filter(({ start }, index) => stretches[index - 1]?.start !== start);
  const texts = distinct.map(({ text }) => text);
  return [
    ...distinct.map(({ start, end: until }) => ({ passage, start, end: until, replacement: '' })),
    { passage, start: source.text.length, end: source.text.length, replacement: `\n\n${texts.join('\n\n')}` },
  ];
}

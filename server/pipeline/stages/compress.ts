import type { Message } from '../../../protocol/messages.ts';
import { formatMoney } from '../../../protocol/money.ts';
import { formatTokens, tokenWords } from '../../../protocol/receipt.ts';
import { type CompressedWay, chooseCompressedWay, shortenedAt } from '../compressed-way.ts';
import { createCountMemory } from '../count-memory.ts';
import { decisionOf } from '../decision.ts';
import { hasMarkedParts, type MarkedPart, markedParts, textOf, withTexts } from '../marked-parts.ts';
import type { Clock, Compressor, PriceBook, TokenCounter } from '../ports.ts';
import type { PrefixMemory } from '../prefix-memory.ts';
import { createShortenedTexts } from '../shortened-texts.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';
import type { Warmth } from '../warmth.ts';

const decision = decisionOf('compress');

interface Dependencies {
  readonly clock: Clock;
  readonly compressor: Compressor;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly prefixes: PrefixMemory;
  readonly warmth: Warmth;
}

/** Parts that are longer together, in UTF-16 code units, are left as they are: the call would wait for the rules. */
const LONGEST = 512 * 1024;

/** A part and what became of it. */
interface Shortening {
  readonly part: MarkedPart;
  readonly before: number;
  readonly after: number;
  readonly text: string;
  readonly approximate: boolean;
  readonly applied: readonly string[];
}

/**
 * Writes marked parts shorter by the lossless rules of prompts: marked context, and all texts of a prompt whose front
 * matter has `compress: true`. A part is only changed where it has fewer tokens then, and nothing else of a message ever.
 * Stands aside where the provider has probably kept the prompt as it stands, or would keep it only as it stands. Never
 * stops the chain; remembers in memory what was sent shortened.
 */
export function compress(dependencies: Dependencies): Stage {
  const { clock, compressor, counter, prefixes } = dependencies;
  const count = createCountMemory(counter);
  const shortened = createShortenedTexts(compressor);

  async function shortening(call: Call, part: MarkedPart): Promise<Shortening | null> {
    const text = textOf(call, part);
    const { text: short, applied } = await shortened(call, text, part.role);
    if (short === text) return null;
    const [before, after] = [await count(call, text), await count(call, short)];
    const approximate = before.approximate || after.approximate;
    return after.tokens < before.tokens
      ? { part, text: short, before: before.tokens, after: after.tokens, approximate, applied }
      : null;
  }

  async function* compressed(call: Call, next: Next): Reply {
    const parts = markedParts(call);
    const length = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    if (length > LONGEST) {
      yield decision(
        'stoodAside',
        `The marked parts are too long to look through before each call (more than ${formatTokens(LONGEST)} characters).`,
      );
      return yield* next(call);
    }
    const found: Shortening[] = [];
    for (const part of parts) {
      const one = await shortening(call, part);
      if (one !== null) found.push(one);
    }
    if (found.length === 0) return yield* next(call);
    const messages = applied(call, found);
    const way = chooseCompressedWay(call, planOf(call, messages, found), dependencies);
    yield report(call, parts.length, found, way);
    if (way.aside !== null) return yield* next(call);
    yield* noted(next({ ...call, messages }), way);
  }

  /** Remembers what a provider can have kept. */
  async function* noted(reply: Reply, { short }: CompressedWay): Reply {
    for await (const event of reply) {
      yield event;
      if (event.type !== 'attempt' || event.attempt.outcome !== 'answered') continue;
      const place = shortenedAt(placeOfAttempt(event.attempt));
      prefixes.contexts.sent(place, { whole: short, sent: short }, clock.elapsed());
    }
  }

  return {
    name: 'compress',
    optional: true,
    switch: 'compress',
    run: (call, next) =>
      // What may only have a kept answer is not sent.
      call.cache.mode !== 'only' && hasMarkedParts(call) ? compressed(call, next) : next(call),
  };
}

const placeOfAttempt = ({ provider, model }: { readonly provider: string; readonly model: string }) =>
  `${provider}/${model}`;

const applied = ({ messages }: Call, found: readonly Shortening[]): readonly Message[] =>
  withTexts(
    messages,
    found.map(({ part }) => part),
    found.map(({ text }) => text),
  );

const planOf = (call: Call, short: readonly Message[], found: readonly Shortening[]) => ({
  whole: call.messages,
  short,
  before: sum(found, ({ before }) => before),
  after: sum(found, ({ after }) => after),
  length: sum(found, ({ part }) => part.end - part.start),
});

function report(
  call: Call,
  parts: number,
  found: readonly Shortening[],
  { aside, place, prices }: CompressedWay,
): ReplyEvent {
  const approximate = found.some((one) => one.approximate);
  const before = sum(found, (one) => one.before);
  const after = sum(found, (one) => one.after);
  const [tokens, fewer] = [before, after].map((number) => formatTokens(number, approximate));
  const money = `as it stands the prompt costs ${formatMoney(prices?.whole ?? null)} now, shortened ${formatMoney(prices?.short ?? null)}`;
  if (aside === 'warm')
    return decision(
      'stoodAside',
      `${place} has probably kept this prompt in its prefix cache as it stands, so it is not shortened by ${tokenWords(before - after, approximate)}: ${money}.`,
    );
  if (aside === 'tooShortToKeep')
    return decision(
      'stoodAside',
      `Shortened by ${tokenWords(before - after, approximate)}, this prompt would be too short for the prefix cache of ${place}, from which it is probably read when it comes again: it stays as it is.`,
    );
  const rules = [...new Set(found.flatMap((one) => one.applied))];
  // What the model costs is not known before it is chosen.
  const isKnown = call.ladder.length === 0 && prices !== null;
  return {
    type: 'decision',
    decision: {
      stage: 'compress',
      action: 'compressed',
      why: `${formatTokens(found.length)} of ${formatTokens(parts)} marked ${parts === 1 ? 'part' : 'parts'} shortened from ${tokens} to ${fewer} tokens; the model reads the same${rules.length === 0 ? '' : ` (${rules.join(', ')})`}.`,
      savedTokens: before - after,
      ...(isKnown ? { savedNano: Math.max(0, prices.whole - prices.short) } : {}),
    },
  };
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { chooseWay, LEEWAY } from '../../../server/pipeline/context-choice.ts';
import { createContextMemory } from '../../../server/pipeline/context-memory.ts';
import type { ContextPrefixes } from '../../../server/pipeline/context-prefixes.ts';
import { createRandom } from '../../support/random.ts';

/** A call with a context: which one, how long after the one before, and its prices. */
interface Use {
  readonly context: number;
  readonly afterMs: number;
  /** Nano-dollars of all of it at the full price. */
  readonly nano: number;
  /** Shares of that: when it is fitted to the question, and when it is read from the cache. */
  readonly fitted: number;
  readonly cached: number;
}

const KEPT_MS = 300_000;
const PLACE = 'OpenAI/gpt';

const prefixes = (context: string, hash = context): ContextPrefixes => ({
  ends: [{ hash, length: 100 }],
  context: { hash: context, length: 100 },
});

/** Replays the uses before a provider that keeps what it was sent whole for five minutes, and says what it bills. */
function billed(uses: readonly Use[], always?: 'whole' | 'fitted'): number {
  const memory = createContextMemory();
  const kept = new Map<number, number>();
  let now = 0;
  let total = 0;
  for (const { context, afterMs, nano, fitted, cached } of uses) {
    now += afterMs;
    const whole = prefixes(`${context}`);
    const priceWith = (length: number) => (length > 0 ? cached * nano : nano);
    const prices = {
      whole: priceWith(memory.cachedLength(PLACE, whole, now)),
      again: cached * nano,
      fitted: fitted * nano,
      always: priceWith(memory.alwaysLength(PLACE, whole, now)),
    };
    const { expected, account } = memory.standing(PLACE, whole, now);
    const way = always ?? chooseWay(prices, expected, account);
    const isKept = now - (kept.get(context) ?? Number.NEGATIVE_INFINITY) <= KEPT_MS;
    if (way === 'fitted') total += fitted * nano;
    else {
      total += isKept ? cached * nano : nano;
      kept.set(context, now);
    }
    const sent = way === 'whole' ? whole : prefixes(`${context}`, `${context} ${now}`);
    memory.sent(PLACE, { whole, sent, prices }, now);
  }
  return total;
}

const dearest = (uses: readonly Use[]): number => Math.max(0, ...uses.map(({ nano }) => nano));

/** A day of random traffic: some contexts, of which the last one is asked about again with some probability. */
function traffic(random: () => number): readonly Use[] {
  const contexts = Array.from({ length: Math.ceil(10 ** (3 * random())) }, () => ({
    nano: 1e6 * 10 ** (2 * random()),
    fitted: random(),
  }));
  const [stay, meanMs] = [random(), 10 ** (3 + 3 * random())];
  const cached = [0.1, 0.25, 0.5][Math.floor(random() * 3)] ?? 0.1;
  let context = 0;
  return Array.from({ length: 5 + Math.floor(random() * 300) }, () => {
    if (random() > stay) context = Math.floor(random() * contexts.length);
    const { nano = 1, fitted = 1 } = contexts[context] ?? {};
    return { context, afterMs: -Math.log(1 - random()) * meanMs, nano, fitted, cached };
  });
}

describe('what is paid in all, against sending whole each time and against fitting each time', () => {
  test('is never more than 2.1 times the better of them and the dearest context once, whatever comes', () => {
    const use = fc.record({
      context: fc.nat(6),
      afterMs: fc.constantFrom(1, 1000, 250_000, 300_001, 900_000),
      nano: fc.constant(1_000_000),
      fitted: fc.double({ min: 0.02, max: 1, noNaN: true }),
      cached: fc.constant(0.1),
    });
    fc.assert(
      fc.property(fc.array(use, { minLength: 1, maxLength: 200, size: 'max' }), (uses) => {
        const better = Math.min(billed(uses, 'whole'), billed(uses, 'fitted'));
        assert.ok(billed(uses) <= (2 + LEEWAY) * better + dearest(uses) + 1);
      }),
      { numRuns: 300 },
    );
  });

  test('is on random traffic at most 30 % more, and on average not more at all', () => {
    const random = createRandom(7);
    const ratios = Array.from({ length: 400 }, () => {
      const uses = traffic(random);
      const better = Math.min(billed(uses, 'whole'), billed(uses, 'fitted'));
      assert.ok(billed(uses) <= 1.3 * better + dearest(uses));
      return billed(uses) / better;
    });
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    assert.ok(mean <= 1, `${mean}`);
  });
});

describe('a context', () => {
  const steady = (count: number, fitted: number, context: (index: number) => number): readonly Use[] =>
    Array.from({ length: count }, (_, index) => ({
      context: context(index),
      afterMs: 10_000,
      nano: 1_000_000,
      fitted,
      cached: 0.1,
    }));

  test('that comes again and again is soon sent whole', () => {
    const uses = steady(50, 0.5, () => 1);
    assert.ok(billed(uses) <= billed(uses, 'whole') + 600_000);
  });

  test('that comes once is fitted, as soon as that is known', () => {
    const uses = steady(200, 0.7, (index) => index);
    assert.ok(billed(uses) <= 1.03 * billed(uses, 'fitted'));
  });

  test('that is cut below the price of what is cached is always fitted', () => {
    const uses = steady(50, 0.08, () => 1);
    assert.equal(billed(uses), billed(uses, 'fitted'));
  });

  test('whose cached price is that of input is always fitted', () => {
    const uses = steady(50, 0.9, () => 1).map((use) => ({ ...use, cached: 1 }));
    assert.equal(billed(uses), billed(uses, 'fitted'));
  });
});

describe('a guess of how often a context comes is not followed', () => {
  const prices = { whole: 100, again: 10, fitted: 50, always: 10 };
  const account = { spent: 1000, always: 1000, fitted: 1000, entries: 0, missed: 0, largest: 100 };

  test('where fitting has already cost too much by what whole costs more', () => {
    assert.equal(chooseWay(prices, 0, account), 'fitted');
    assert.equal(chooseWay(prices, 0, { ...account, missed: 50 }), 'whole');
  });

  test('where more was paid than to fit each time', () => {
    assert.equal(chooseWay(prices, 9, account), 'whole');
    assert.equal(chooseWay(prices, 9, { ...account, fitted: 700 }), 'fitted');
  });

  test('where more was paid than to send whole each time', () => {
    assert.equal(chooseWay(prices, 0, { ...account, always: 700 }), 'whole');
    assert.equal(chooseWay(prices, 0, { ...account, entries: 300 }), 'whole');
  });
});

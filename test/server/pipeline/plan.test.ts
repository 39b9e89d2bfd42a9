/** The plan of a call, as a preview shows it: no lever makes it dearer than it is without. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PREFERENCES } from '../../../protocol/routing.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import type { SwitchableStage } from '../../../protocol/switchable-stages.ts';
import { createEngine } from '../../../server/calls/engine.ts';
import type { Compressor } from '../../../server/pipeline/ports.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { LADDER, makeAutoCall, pricesOf } from '../../support/ladders.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, evenRouter, fakeDependencies, fakeKeys, makeCall } from '../../support/pipeline-fakes.ts';
import { answers, scriptedLegs } from '../../support/scripted-legs.ts';

const LEVERS = [
  'exactCache',
  'fitHistory',
  'fitContext',
  'compress',
  'boundOutput',
  'arrangePrefix',
  'route',
  'cascade',
] as const satisfies readonly SwitchableStage[];

const share = fc.double({ min: 0.05, max: 0.99, noNaN: true });
const price = fc.integer({ min: 1, max: 1000 });
const block = (text: string) => `<context name="a">\n${text}\n</context>`;
const sentence = fc.constantFrom(
  'The store forgets what is old.',
  'A window has a width.',
  'Prices change at night.',
  'Why is the sky blue?',
);
const question = fc.oneof(sentence, fc.constant('And why, oh why, is it so?'));
/** Shortens context, too, by more or less of it. */
const compressor: Compressor = {
  compress: (text) =>
    Promise.resolve({ text: text.replaceAll(', oh why,', '').replaceAll(' has a width', ''), applied: [] }),
};
const message = fc.tuple(fc.array(sentence, { maxLength: 6 }), question).map(([pieces, asked]) => ({
  role: 'user' as const,
  content: [...pieces.map(block), asked].join('\n'),
}));
/** Turns with their answers, and a last question. */
const conversation = fc
  .tuple(fc.array(fc.tuple(message, sentence), { maxLength: 6 }), message)
  .map(([turns, last]) => [
    ...turns.flatMap(([asked, answer]) => [asked, { role: 'assistant' as const, content: answer }]),
    last,
  ]);
const traffic = fc.record({
  messages: fc.oneof(fc.array(message, { minLength: 1, maxLength: 4 }), conversation),
  /** Limits of conversation and context, in tokens; 0 for none. */
  historyTokens: fc.constantFrom(0, 60, 120),
  contextTokens: fc.constantFrom(0, 20, 40, 24_000),
  contextRelevance: fc.constantFrom(0, 0.2),
  named: fc.boolean(),
  preference: fc.constantFrom(...PREFERENCES),
  prices: fc.record({ small: price, middle: price, frontier: price }),
  beliefs: fc.record({ small: share, middle: share, frontier: share }),
  kept: fc.boolean(),
  compress: fc.boolean(),
});

test('on no call of a random traffic is the plan dearer than the plan with any one lever off', async () => {
  await fc.assert(
    fc.asyncProperty(
      traffic,
      async ({ messages, named, preference, prices, beliefs, kept, compress, ...limits }) => {
        const settings = { ...defaultSettings(), ...limits };
        const perRequest = pricesOf(prices);
        const dependencies = fakeDependencies({
          router: evenRouter(beliefs),
          compressor,
          prices: {
            ...perRequest,
            // By the token, so that what is left out of a request is worth something.
            cost: (provider, model, usage, ...rest) => {
              const { nano, priceVersion } = perRequest.cost(provider, model, usage, ...rest);
              return {
                nano: nano === null ? null : nano * (usage.inputTokens + usage.outputTokens),
                priceVersion,
              };
            },
          },
        });
        const ledger = createMemoryLedger();
        const provider = scriptedLegs(answers('fine'));
        const engine = createEngine({ ...dependencies, ledgerReader: ledger, provider: () => provider.next });
        const make = (off: readonly SwitchableStage[]): Call =>
          named
            ? makeCall({ ...LADDER.at(-1), messages, compress, settings, off: new Set(off) })
            : makeAutoCall({ messages, preference, compress, settings, off: new Set(off) });
        if (kept) await collect(engine.runner(fakeKeys())(make([])));
        const plan = (await engine.preview(make([]))).cost.nano ?? Number.NaN;
        for (const lever of LEVERS) {
          const without = (await engine.preview(make([lever]))).cost.nano ?? Number.NaN;
          assert.ok(plan <= without, `${plan} with everything, ${without} without ${lever}`);
        }
      },
    ),
    { numRuns: 200 },
  );
});

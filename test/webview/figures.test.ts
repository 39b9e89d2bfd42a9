import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FiguresView, figuresOf } from '../../webview/model/figures.ts';
import { NOON, summary, totals } from './states.ts';

const shownOf = (view: FiguresView, id: string): string | undefined =>
  [view.spend, ...view.others, ...view.tokens].find((figure) => figure.id === id)?.value;

describe('The figures of the day', () => {
  it('show what was spent, saved, called, hit and used', () => {
    const real = totals({
      calls: 1204,
      spend: 12_300_000,
      knownSpend: 12_300_000,
      saved: 4_100_000,
      waste: 900_000,
      coalesced: 7,
      hitRate: 0.25,
      inputTokens: 1_843_234,
      cachedInputTokens: 1_024_000,
      outputTokens: 310_221,
    });
    const view = figuresOf(summary({ real }), '', NOON);
    assert.deepEqual([view.spend.label, view.spend.value], ['Spent today', '$0.0123']);
    assert.deepEqual(
      [...view.others, ...view.tokens].map(({ label, value }) => [label, value]),
      [
        ['Saved', '$0.0041'],
        ['Paid and unused', '$0.0009'],
        ['Calls', '1,204'],
        ['Hit rate', '25 %'],
        ['Shared', '7'],
        ['Input tokens', '1,843,234'],
        ['of them cached', '1,024,000'],
        ['Output tokens', '310,221'],
      ],
    );
    assert.equal(view.badge, null);
    assert.equal(view.demoLine, null);
  });

  it('say what is known and how many prices are not, where some are unknown', () => {
    const real = totals({
      calls: 5,
      spend: null,
      knownSpend: 12_300_000,
      unknownPriceCalls: 2,
      saved: null,
      unknownSavedCalls: 2,
    });
    const view = figuresOf(summary({ real }), '', NOON);
    assert.equal(view.spend.value, '≥ $0.0123');
    assert.equal(view.spend.note, '2 calls of unknown price');
    assert.equal(shownOf(view, 'saved'), '$0');
  });

  it('keep what is known to be saved and wasted beside one call of unknown price', () => {
    const real = totals({
      calls: 5,
      saved: null,
      knownSaved: 4_100_000,
      unknownSavedCalls: 1,
      waste: null,
      knownWaste: 900_000,
    });
    const view = figuresOf(summary({ real }), '', NOON);
    const saved = view.others.find(({ id }) => id === 'saved');
    assert.deepEqual([saved?.value, saved?.note], ['$0.0041', 'without 1 call of unknown price']);
    assert.equal(shownOf(view, 'waste'), '≥ $0.0009');
  });

  it('say of savings of which none is known nothing else', () => {
    const real = totals({ calls: 2, saved: null, unknownSavedCalls: 2 });
    assert.equal(shownOf(figuresOf(summary({ real }), '', NOON), 'saved'), 'price unknown');
  });

  it('never show zero where no price is known', () => {
    const real = totals({ calls: 1, spend: null, unknownPriceCalls: 1 });
    const { spend } = figuresOf(summary({ real }), '', NOON);
    assert.equal(spend.value, 'price unknown');
    assert.equal(spend.note, '1 call of unknown price');
  });

  it('have no hit rate before the first answer', () => {
    assert.equal(shownOf(figuresOf(summary(), '', NOON), 'hit-rate'), 'no answers yet');
  });

  it('are the simulated ones under a badge where nothing real was called', () => {
    const simulated = totals({ calls: 3, spend: 9_300_000, knownSpend: 9_300_000 });
    const view = figuresOf(summary({ simulated }), '', NOON);
    assert.equal(view.badge, 'Demo: simulated, nothing was billed');
    assert.equal(view.spend.label, 'Simulated spend today');
    assert.equal(view.spend.value, '$0.0093');
    assert.equal(view.demoLine, null);
  });

  it('are never added to the simulated ones', () => {
    const real = totals({ calls: 1, spend: 1_000_000, knownSpend: 1_000_000 });
    const simulated = totals({ calls: 2, spend: null, knownSpend: 9_300_000, unknownPriceCalls: 1 });
    const view = figuresOf(summary({ real, simulated }), '', NOON);
    assert.equal(view.badge, null);
    assert.equal(view.spend.value, '$0.001');
    assert.equal(shownOf(view, 'calls'), '1');
    assert.equal(view.demoLine, 'Demo (simulated): ≥ $0.0093 in 2 calls, 1 call of unknown price');
  });

  it('name their day where it is not today', () => {
    const { spend } = figuresOf(summary({ since: new Date(2025, 5, 2).getTime() }), '', NOON);
    assert.equal(spend.label, 'Spent since 2 Jun');
  });

  it('say what "saved" means, and against which model', () => {
    const definition = (baseline: string) =>
      figuresOf(summary(), baseline, NOON).others.find(({ id }) => id === 'saved')?.definition ?? '';
    assert.match(
      definition('OpenAI/gpt-5'),
      /^Saved is what the same calls would have cost sent straight to OpenAI\/gpt-5 \(the setting farthing\.baseline\) at list prices, minus what they cost\./,
    );
    assert.match(definition(''), /straight to the model that each of them asked for/);
  });

  it('do not take an unknown waste for none', () => {
    const real = totals({ calls: 1, waste: null });
    assert.equal(shownOf(figuresOf(summary({ real }), '', NOON), 'waste'), 'price unknown');
  });
});

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
      hitRate: 0.25,
      inputTokens: 1_843_234,
      cachedInputTokens: 1_024_000,
      outputTokens: 310_221,
    });
    const view = figuresOf(summary({ real }), NOON);
    assert.equal(view.spend.label, 'Spent today');
    assert.deepEqual(
      ['spend', 'saved', 'calls', 'hit-rate', 'input-tokens', 'cached-tokens', 'output-tokens'].map((id) =>
        shownOf(view, id),
      ),
      ['$0.0123', '$0.0041', '1,204', '25 %', '1,843,234', '1,024,000', '310,221'],
    );
    assert.equal(view.badge, null);
    assert.equal(view.demoLine, null);
  });

  it('say what is known and how many prices are not, where some are unknown', () => {
    const real = totals({ calls: 5, spend: null, knownSpend: 12_300_000, unknownPriceCalls: 2, saved: null });
    const view = figuresOf(summary({ real }), NOON);
    assert.equal(view.spend.value, '≥ $0.0123');
    assert.equal(view.spend.note, '2 calls of unknown price');
    assert.equal(shownOf(view, 'saved'), 'price unknown');
  });

  it('never show zero where no price is known', () => {
    const real = totals({ calls: 1, spend: null, unknownPriceCalls: 1 });
    const { spend } = figuresOf(summary({ real }), NOON);
    assert.equal(spend.value, 'price unknown');
    assert.equal(spend.note, '1 call of unknown price');
  });

  it('have no hit rate before the first answer', () => {
    assert.equal(shownOf(figuresOf(summary(), NOON), 'hit-rate'), 'no answers yet');
  });

  it('are the simulated ones under a badge where nothing real was called', () => {
    const simulated = totals({ calls: 3, spend: 9_300_000, knownSpend: 9_300_000 });
    const view = figuresOf(summary({ simulated }), NOON);
    assert.equal(view.badge, 'Demo: simulated, nothing was billed');
    assert.equal(view.spend.label, 'Simulated spend today');
    assert.equal(view.spend.value, '$0.0093');
    assert.equal(view.demoLine, null);
  });

  it('are never added to the simulated ones', () => {
    const real = totals({ calls: 1, spend: 1_000_000, knownSpend: 1_000_000 });
    const simulated = totals({ calls: 2, spend: null, knownSpend: 9_300_000, unknownPriceCalls: 1 });
    const view = figuresOf(summary({ real, simulated }), NOON);
    assert.equal(view.badge, null);
    assert.equal(view.spend.value, '$0.001');
    assert.equal(shownOf(view, 'calls'), '1');
    assert.equal(view.demoLine, 'Demo (simulated): ≥ $0.0093 in 2 calls, 1 call of unknown price');
  });

  it('name their day where it is not today', () => {
    const { spend } = figuresOf(summary({ since: new Date(2025, 5, 2).getTime() }), NOON);
    assert.equal(spend.label, 'Spent since 2 Jun');
  });
});

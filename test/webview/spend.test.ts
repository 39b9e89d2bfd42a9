import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BARS_SHOWN, spendOf } from '../../webview/model/spend.ts';
import { modelSpend, NOON, summary, totals } from './states.ts';

const spent = (nano: number) => ({ spend: nano, knownSpend: nano });

describe('Spend by model', () => {
  it('is not shown where there is none', () => {
    assert.equal(spendOf(summary(), NOON), null);
  });

  it('says its finding: the dearest model, of what, and how much of it', () => {
    const view = spendOf(
      summary({
        real: totals({ calls: 4, ...spent(20_000_000) }),
        byModel: [
          modelSpend({ model: 'gpt-5-nano', ...spent(7_700_000) }),
          modelSpend({ model: 'gpt-5-mini', ...spent(12_300_000) }),
        ],
      }),
      NOON,
    );
    assert.equal(view?.finding, 'gpt-5-mini: $0.0123 of $0.02 today, 62 %');
    assert.deepEqual(
      view?.rows.map((row) => [row.label, row.spend, row.share]),
      [
        ['gpt-5-mini', '$0.0123', '62 %'],
        ['gpt-5-nano', '$0.0077', '39 %'],
      ],
    );
  });

  it('gives of an unknown whole the most that a share can be', () => {
    const view = spendOf(
      summary({
        real: totals({ calls: 3, spend: null, knownSpend: 20_000_000, unknownPriceCalls: 2 }),
        byModel: [
          modelSpend({ model: 'mystery', spend: null }),
          modelSpend({ model: 'partly', spend: null, knownSpend: 5_000_000 }),
          modelSpend(spent(15_000_000)),
        ],
      }),
      NOON,
    );
    assert.equal(view?.finding, 'gpt-5-mini: $0.015 of at least $0.02 today, 2 calls of unknown price');
    assert.deepEqual(
      view?.rows.map((row) => [row.label, row.spend, row.share]),
      [
        ['gpt-5-mini', '$0.015', '≤ 75 %'],
        ['partly', '≥ $0.005', null],
        ['mystery', 'price unknown', null],
      ],
    );
  });

  it('says nothing of a share where only one price is known', () => {
    const view = spendOf(
      summary({
        real: totals({ calls: 2, spend: null, knownSpend: 5, unknownPriceCalls: 1 }),
        byModel: [modelSpend({ model: 'mystery', spend: null }), modelSpend(spent(5))],
      }),
      NOON,
    );
    assert.deepEqual(
      view?.rows.map((row) => row.share),
      [null, null],
    );
  });

  it('says that no price is known rather than that nothing was spent', () => {
    const view = spendOf(
      summary({
        real: totals({ calls: 1, spend: null, unknownPriceCalls: 1 }),
        byModel: [modelSpend({ spend: null })],
      }),
      NOON,
    );
    assert.equal(view?.finding, 'price unknown today: 1 call of unknown price');
  });

  it('says so where every answer came from the cache', () => {
    const view = spendOf(summary({ real: totals({ calls: 2 }), byModel: [modelSpend({ calls: 2 })] }), NOON);
    assert.equal(view?.finding, 'nothing spent today in 2 calls');
    assert.equal(view?.rows[0]?.share, '0 %');
  });

  it('measures simulated models against simulated totals only, and lists them last', () => {
    const view = spendOf(
      summary({
        real: totals({ calls: 1, ...spent(1_000_000) }),
        simulated: totals({ calls: 2, ...spent(9_000_000) }),
        byModel: [
          modelSpend({ provider: 'Demo', model: 'demo-mini', simulated: true, ...spent(9_000_000) }),
          modelSpend(spent(1_000_000)),
        ],
      }),
      NOON,
    );
    assert.deepEqual(
      view?.rows.map((row) => [row.label, row.simulated, row.ratio]),
      [
        ['gpt-5-mini', false, 1],
        ['demo-mini', true, 1],
      ],
    );
    assert.equal(
      view?.finding,
      'gpt-5-mini: $0.001 of $0.001 today, 100 %. Demo (simulated): demo-mini: $0.009 of $0.009 today, 100 %',
    );
  });

  it('names the provider only where two of them serve the same model', () => {
    const view = spendOf(
      summary({
        byModel: [modelSpend(), modelSpend({ provider: 'Azure' }), modelSpend({ model: 'gpt-5-nano' })],
      }),
      NOON,
    );
    assert.deepEqual(
      view?.rows.map((row) => row.label),
      ['OpenAI/gpt-5-mini', 'Azure/gpt-5-mini', 'gpt-5-nano'],
    );
  });

  it('leaves the cheapest of many models to the table', () => {
    const byModel = Array.from({ length: BARS_SHOWN + 2 }, (_, index) =>
      modelSpend({ model: `model-${index}`, ...spent(1000 - index) }),
    );
    const view = spendOf(summary({ byModel }), NOON);
    assert.equal(view?.bars.length, BARS_SHOWN);
    assert.equal(view?.rows.length, BARS_SHOWN + 2);
    assert.equal(view?.more, '2 more models in the table');
  });
});

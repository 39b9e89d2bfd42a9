import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROVIDER_PRESETS } from '../../protocol/provider-presets.ts';
import { isLoopback, parseSettings } from '../../protocol/settings.ts';
import { loadPriceTable } from '../../server/prices/price-table.ts';

test('presets have names of their own, and those on this machine need no key', () => {
  assert.equal(new Set(PROVIDER_PRESETS.map(({ name }) => name.toLowerCase())).size, PROVIDER_PRESETS.length);
  for (const { name, baseUrl, local, keyEnvironment, keyPage } of PROVIDER_PRESETS) {
    assert.equal(isLoopback(baseUrl), local, name);
    assert.equal(keyEnvironment === null, local, name);
    assert.equal(keyPage === null, local, name);
    assert.ok(local || baseUrl.startsWith('https://'), name);
  }
});

test('the models that are suggested have a price, but for the ones that the table does not know yet', async () => {
  const table = await loadPriceTable();
  const unpriced = PROVIDER_PRESETS.filter(({ local }) => !local).flatMap(({ name, baseUrl, models }) => {
    const provider = parseSettings({ providers: [{ name, baseUrl, models }] }).settings.providers[0];
    assert.ok(provider);
    return provider.models.filter((model) => table.find(provider, model) === null).map(({ id }) => id);
  });
  assert.deepEqual(unpriced, ['deepseek-flash']);
});

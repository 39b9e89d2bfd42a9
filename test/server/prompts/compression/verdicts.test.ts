import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readVerdicts } from '../../../../bench/compression/verdicts.ts';
import { RULES } from '../../../../server/prompts/compression/rules.ts';

const { sample, further, mended } = readVerdicts();
const judged = [...sample, ...further];
/** Of the suggestions of a rule, so many may mislead. */
const MOST_MISLEADING = 1 / 20;

describe('The suggestions that a person read', () => {
  it('are a sample of a hundred, of one rule twenty at the most, and none of them twice', () => {
    assert.equal(sample.length, 100);
    for (const [rule, own] of Map.groupBy(sample, ({ rule }) => rule)) assert.ok(own.length <= 20, rule);
    const places = judged.map(({ rule, prompt, offset, digest }) => `${rule} ${prompt} ${offset} ${digest}`);
    assert.equal(new Set(places).size, places.length);
  });

  it('each have a verdict with its reason, and name a place without its text', () => {
    for (const { prompt, offset, length, digest, verdict, reason } of [...judged, ...mended]) {
      assert.ok([prompt, offset, length].every((number) => Number.isInteger(number) && number >= 0));
      assert.match(digest, /^[0-9a-f]{16}$/);
      assert.match(verdict, /^(?:good|harmless|misleading)$/);
      assert.ok(reason.length > 5);
    }
    assert.ok(mended.every(({ verdict }) => verdict === 'misleading'));
  });

  it('are of rules that there are', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    for (const { rule } of [...judged, ...mended]) assert.ok(ids.has(rule), rule);
  });

  for (const [rule, own] of Map.groupBy(judged, ({ rule }) => rule)) {
    it(`of the rule ${rule} mislead in one of twenty at the most`, () => {
      const misleading = own.filter(({ verdict }) => verdict === 'misleading').length;
      assert.ok(misleading <= own.length * MOST_MISLEADING, `${misleading} of ${own.length}`);
    });
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { RISKS } from '../../../../protocol/compression.ts';
import { RULES } from '../../../../server/prompts/compression/rules.ts';
import { rulesDocument } from '../../../../server/prompts/compression/rules-document.ts';

describe('The list of the compression rules', () => {
  it('is what media/compression-rules.md says; "node scripts/rules-document.ts" writes it', () => {
    const written = readFileSync(new URL('../../../../media/compression-rules.md', import.meta.url), 'utf8');
    assert.equal(written, rulesDocument(RULES));
  });
  it('has no two rules of one name', () => {
    const ids = RULES.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });
  it('has the lossless ones first and those for review last', () => {
    const risks = RULES.map(({ risk }) => RISKS.indexOf(risk));
    assert.deepEqual(
      risks,
      [...risks].sort((one, other) => one - other),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { base64Blobs } from '../../../../../server/prompts/compression/rules/base64-blobs.ts';
import { jsonColumns } from '../../../../../server/prompts/compression/rules/json-columns.ts';
import { longHashes } from '../../../../../server/prompts/compression/rules/long-hashes.ts';
import { lookAlikes } from '../../../../../server/prompts/compression/rules/look-alikes.ts';
import { minifiedJson } from '../../../../../server/prompts/compression/rules/minified-json.ts';
import { oddSpacing } from '../../../../../server/prompts/compression/rules/odd-spacing.ts';
import { repeatedLogLines } from '../../../../../server/prompts/compression/rules/repeated-log-lines.ts';
import { spacedLetters } from '../../../../../server/prompts/compression/rules/spaced-letters.ts';
import { spacedNumbers } from '../../../../../server/prompts/compression/rules/spaced-numbers.ts';
import { yamlSpacing } from '../../../../../server/prompts/compression/rules/yaml-spacing.ts';
import { userPrompt } from '../prompts.ts';
import { fence } from './properties.ts';

const RULES = [
  base64Blobs,
  jsonColumns,
  longHashes,
  lookAlikes,
  minifiedJson,
  oddSpacing,
  repeatedLogLines,
  spacedLetters,
  spacedNumbers,
  yamlSpacing,
];
const UNITS = [
  'a',
  '1',
  ' ',
  '\t',
  '\n',
  '\u00a0',
  '\u200b',
  '\u0430',
  '\u2019',
  '|',
  '{',
  '[',
  '"',
  '\\',
  '-',
  '=',
];
const PAIRS = [
  '1 ',
  'A ',
  'a\u00a0',
  'a\u200b',
  '000 ',
  'it\u2019s ',
  'c\u0430t ',
  '- ',
  'a:\n ',
  'f0',
  '1 . ',
];

describe('A text of 100 KB', () => {
  for (const rule of RULES) {
    it(`is read by ${rule.id} to its end, whatever repeats in it`, () => {
      for (const unit of [...UNITS, ...PAIRS]) {
        const text = unit.repeat(100_000 / unit.length);
        for (const written of [text, fence('json', text), fence('yaml', text), fence('log', text)])
          assert.doesNotThrow(() => [...rule.find(userPrompt(written))]);
      }
    });
  }
});

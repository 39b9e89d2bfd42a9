import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compressionNodes, compressionTotals } from '../../../client/text/compression-nodes.ts';
import type { CompressionSuggestion } from '../../../protocol/compression.ts';

const l10n = {
  t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(values[at])),
};

const at = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 4 } });

const suggestion = (
  rule: string,
  risk: CompressionSuggestion['risk'],
  line: number,
  newText: string | null = '',
): CompressionSuggestion => ({
  rule,
  title: `Title of ${rule}`,
  risk,
  message: 'It could be shorter.',
  range: at(line),
  edits: newText === null ? [] : [{ range: at(line), newText }],
  savedTokens: newText === null ? 0 : 3,
});

const LINES = ['very', '    ', 'you\n', 'look'];
const textAt = ({ start }: CompressionSuggestion['range']) => LINES[start.line] ?? '';

test('changes stand under their rule and their risk, with what they save and what becomes of the text', () => {
  const suggestions = [
    suggestion('filler-words', 'low', 0),
    suggestion('trailing-spaces', 'lossless', 1),
    suggestion('wordy-phrases', 'low', 2, 'we'),
    suggestion('contradictions', 'review', 3, null),
  ];
  const nodes = compressionNodes({ suggestions, chosen: [0, 1] }, textAt, l10n);
  assert.deepEqual(
    nodes.map(({ label, description, checked }) => [label, description, checked]),
    [
      ['Lossless', '1 place, −3', true],
      ['Wording only', '1 of 2 places, −3', true],
      ['For you to judge', '1 place', null],
    ],
  );
  const changes = nodes.flatMap(({ below }) => below).flatMap(({ below }) => below);
  assert.deepEqual(
    changes.map(({ label, description, checked, index }) => [label, description, checked, index]),
    [
      ['····', '−3', true, 1],
      ['very', '−3', true, 0],
      ['you⏎ → we', '−3', false, 2],
      ['look', 'for you to do', null, 3],
    ],
  );
});

const COSTS = {
  version: 1,
  left: 0,
  chosen: [],
  model: 'OpenAI/gpt-5-mini',
  approximate: false,
  before: { tokens: 1000, nano: 250_000 },
  after: { tokens: 880, nano: 220_000 },
  runs: 0,
};

test('the sentence above says tokens, a run, and a month at the rate of the last one', () => {
  assert.equal(
    compressionTotals(COSTS, l10n),
    'Saves 120 of 1,000 tokens (12 %): $0.00003 a run of OpenAI/gpt-5-mini, $0.03 in 1,000 runs, before any cache.',
  );
  assert.match(
    compressionTotals({ ...COSTS, runs: 2000 }, l10n),
    /\$0\.06 in 30 days at 2,000 runs, as in the last 30, before any cache\.$/,
  );
  assert.match(
    compressionTotals({ ...COSTS, before: { tokens: 1000, nano: null } }, l10n),
    /\(12 %\)\. The price of OpenAI\/gpt-5-mini is not known\.$/,
  );
  assert.match(compressionTotals({ ...COSTS, left: 12 }, l10n), /12 more places are not listed/);
  assert.match(
    compressionTotals({ ...COSTS, runs: 1, left: 1 }, l10n),
    /in 30 days at 1 run, as in the last 30, .+ 1 more place is not listed/,
  );
});

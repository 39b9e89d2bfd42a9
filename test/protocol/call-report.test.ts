import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callReport, howItWasMade } from '../../protocol/call-report.ts';
import { formatDecision } from '../../protocol/decision-text.ts';
import type { CallDetails, CallLine } from '../../protocol/messages.ts';
import { anAttempt, aReceipt } from '../client/receipts.ts';

const aLine = (changes: Partial<CallLine> = {}): CallLine => ({
  callId: 'call-1',
  startedAt: Date.UTC(2026, 2, 4, 14, 5, 12),
  feature: 'prompt file',
  prompt: 'review.prompt.md',
  workspace: 'shop',
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  simulated: false,
  outcome: 'answered',
  inputTokens: 1200,
  cachedInputTokens: 1024,
  outputTokens: 310,
  approximate: false,
  counted: false,
  costNano: 4_200_000,
  savedNano: 0,
  wasteNano: 0,
  cacheEntry: null,
  totalMs: 2100,
  errorMessage: null,
  ...changes,
});

const details = (line: Partial<CallLine> = {}, changes: Partial<CallDetails> = {}): CallDetails => ({
  line: aLine(line),
  user: 'ada',
  branch: 'main',
  tags: ['nightly', 'shop'],
  baseline: null,
  estimate: null,
  attempts: [anAttempt()],
  decisions: [],
  ...changes,
});

const report = (line: Partial<CallLine> = {}, changes: Partial<CallDetails> = {}) =>
  callReport(details(line, changes), 'UTC');

test('a report says when, who and what for', () => {
  assert.ok(
    report().startsWith(`# review.prompt.md: answered

- When: 2026-03-04 14:05:12, took 2.1 s
- Model: OpenAI/gpt-5-mini
- Feature: prompt file
- Prompt: review.prompt.md
- Workspace: shop
- Branch: main
- Tags: nightly, shop
- User: ada
- Cost: $0.0042
- Call: call-1
`),
  );
  const bare = report({ prompt: null, workspace: null }, { user: '', branch: null, tags: [] });
  assert.match(bare, /^# prompt file: answered\n/);
  assert.doesNotMatch(bare, /Workspace|Branch|Tags|User|null/);
});

test('the cost of a call is the sum of its requests, each with its tokens by kind and its prices', () => {
  const failed = anAttempt({
    outcome: 'failed',
    errorCode: 'providerDown',
    usage: { ...anAttempt().usage, cacheWriteTokens: 7, reasoningTokens: 5, source: 'counted' },
    cost: { nano: 800_000, priceVersion: 'settings' },
    firstTextMs: null,
  });
  const text = report({ costNano: 5_000_000, wasteNano: 800_000 }, { attempts: [failed, anAttempt()] });
  const [, first = '', second = ''] = text.split('### ');
  assert.equal(
    first,
    [
      '1. OpenAI/gpt-5-mini: failed (had a fault of its own)',
      '',
      '- Cost: $0.0008 (settings)',
      "- Input: 1,200, of them 1,024 read from the provider's cache and 7 written to the provider's cache",
      '- Output: 310, of them 5 reasoning',
      '- Tokens by: Farthing',
      '- Time: 2.1 s',
      '',
      '',
    ].join('\n'),
  );
  assert.match(second, /^2\. OpenAI\/gpt-5-mini: answered\n\n- Cost: \$0\.0042 \(test@1\)\n/);
  assert.match(
    second,
    /\n- Output: 310\n- Tokens by: the provider\n- Time: 2\.1 s, first text after 300 ms\n/,
  );
  assert.match(text, /Sum of the requests: \$0\.005, the cost of the call\.\n/);
  assert.match(text, /Paid for requests whose answer was not used: \$0\.0008\./);
});

test('an unknown price stays unknown in the sum', () => {
  const attempts = [anAttempt(), anAttempt({ cost: { nano: null, priceVersion: null } })];
  const text = report({ costNano: null, savedNano: null, wasteNano: null }, { attempts });
  assert.match(text, /Sum of the requests: price unknown, the cost of the call\./);
  assert.match(text, /answer was not used: price unknown\./);
});

test('a line that is not the sum of its requests is not passed over', () => {
  assert.match(
    report({ costNano: 4_200_001 }, {}),
    /The line of the call says \$0\.0042\. Please report this\./,
  );
  assert.doesNotMatch(report(), /Please report/);
});

test('a call under way has no cost yet, and one without a request says so', () => {
  const running = report({ outcome: 'running', costNano: null, totalMs: null }, { attempts: [] });
  assert.match(running, /- Cost: not known yet\n/);
  assert.match(running, /None has ended that the ledger knows of\./);
  assert.match(report({ outcome: 'cached', costNano: 0 }, { attempts: [] }), /None was sent\./);
});

test('what was saved is said against the baseline, dearer calls included', () => {
  const baseline = { provider: 'OpenAI', model: 'gpt-5', nano: 10_000_000 };
  const said = (savedNano: number | null, nano: number | null = baseline.nano) =>
    howItWasMade(aReceipt({ baseline: { ...baseline, nano }, savedNano }), [])
      .split('\n')
      .at(-1);
  const straight = 'The same tokens straight to OpenAI/gpt-5';
  assert.equal(said(5_800_000), `${straight}: $0.01. Saved: $0.0058.`);
  assert.equal(said(0), `${straight}: $0.01. Saved: nothing.`);
  assert.equal(said(-1_000_000), `${straight}: $0.01. This call was dearer by $0.001.`);
  assert.equal(said(null), `${straight}: $0.01. What was saved is not known.`);
  assert.equal(said(null, null), `${straight}: price unknown. What was saved is not known.`);
});

test('the model that answered is named where the one that was asked for is an alias', () => {
  const attempts = [anAttempt({ servedModel: 'gpt-5-mini-2025-08-07' })];
  assert.match(report({}, { attempts }), /OpenAI\/gpt-5-mini \(gpt-5-mini-2025-08-07\)/);
});

test('a decision says which step did what and why, and what that saved', () => {
  const decision = { stage: 'exactCache', action: 'hit', why: 'Answered before.' };
  assert.equal(formatDecision(decision), 'Cache hit: Answered before.');
  assert.match(formatDecision({ ...decision, action: 'notStored' }), /^Not kept in the cache: /);
  assert.equal(
    formatDecision({ ...decision, savedTokens: 1510, savedNano: 4_200_000 }),
    'Cache hit: Answered before. (Saved 1,510 tokens, $0.0042)',
  );
  assert.match(formatDecision({ ...decision, stage: 'fallback', action: 'fellBack' }), /^Fallback: /);
  assert.match(formatDecision({ ...decision, stage: 'budget', action: 'warned' }), /^Budget, warned: /);
  assert.equal(
    formatDecision({ ...decision, stage: 'newStage', savedNano: 0 }),
    'newStage, hit: Answered before.',
  );
});

test('a call of which nothing was decided is not said to be sent where it was not', () => {
  const said = (outcome: 'answered' | 'refused' | 'failed') =>
    howItWasMade(aReceipt({ outcome, baseline: null }), []);
  assert.equal(said('answered'), 'Sent as it was; nothing was decided.');
  assert.equal(said('refused'), 'Nothing was sent.');
  assert.equal(said('failed'), 'Nothing was decided.');
  assert.match(report({ outcome: 'refused' }, { attempts: [] }), /^# review\.prompt\.md: refused\n/);
});

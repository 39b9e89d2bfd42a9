import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainPlan, planHover, planReport, planTooltip } from '../../protocol/plan.ts';
import type { Decision } from '../../protocol/receipt.ts';
import { whatChanges } from '../../protocol/stage-words.ts';
import { aPreview } from '../client/receipts.ts';

const missed = { stage: 'exactCache', action: 'missed', why: 'No stored answer to this request.' };
const stages = ['record', 'budget', 'exactCache', 'singleFlight', 'retry'];

test('a plan reads as a list of steps with their reasons, and the estimate below', () => {
  const decisions: readonly Decision[] = [
    missed,
    { stage: 'budget', action: 'warned', why: 'The budget "Day" has no room.' },
    { stage: 'route', action: 'routed', why: 'It is easy.', savedTokens: 10, savedNano: 5_800_000 },
  ];
  const preview = aPreview({
    stages: [...stages.slice(0, 4), 'route', 'retry'],
    decisions,
    baseline: { provider: 'OpenAI', model: 'gpt-5', nano: 10_000_000 },
    savedNano: 5_800_000,
  });
  assert.equal(
    planReport('review', preview),
    `# review: est. $0.0042

Nothing was sent. This is what a run now would do.

## Steps

1. Ledger: nothing to do but to write one line.
2. Budget, warned: The budget "Day" has no room.
   - What would change it: Raise or pause the budget in the Budgets view, or set a lower maxTokens.
3. Cache miss: No stored answer to this request.
   - What would change it: Run it once: the same request then costs nothing.
4. Shared answers: nothing to do unless an identical call runs.
5. Model, routed: It is easy.
   - Saves 10 tokens, $0.0058.
   - What would change it: Name a model in the front matter, or prefer "frugal" or "best" (farthing.routing.preference).
6. Retry: nothing to do unless a request fails.

## Estimate

- Model: OpenAI/gpt-5-mini.
- Input: 1,234 tokens, under 1 % of the context window (400,000).
- Output: assumed 400 output tokens; no past runs.
  - What would change it: After a run its true length is used; maxTokens in the front matter sets a limit.
- Cost: $0.0042 (test@1).
- At most: $0.0331 for one request with 16,384 output tokens, which a budget holds.
- Baseline: The same tokens straight to OpenAI/gpt-5: $0.01. This saves $0.0058.
  - What would change it: farthing.baseline names the model to compare with.
`,
  );
});

test('what is paid on average has a line of its own where it is more than one answer', () => {
  const assumed = { stage: 'fitHistory', action: 'assumed', why: 'A summary.', savedNano: -300_000 };
  const both = aPreview({ tier: 'small', decisions: [assumed], expectedNano: 5_700_000 });
  assert.match(
    planReport('a', both),
    /- On average: \$0\.0057 with second tries, where an answer does not pass and with the summary, which/,
  );
  assert.match(planHover(both), /On average/);
  const second = aPreview({ tier: 'small', expectedNano: 5_700_000 });
  assert.match(
    planReport('a', second),
    /- On average: \$0\.0057 with second tries, where an answer does not pass\./,
  );
  assert.doesNotMatch(planReport('a', aPreview({})), /On average/);
  const hardly = aPreview({ tier: 'small', expectedNano: 4_200_001 });
  assert.doesNotMatch(planReport('a', hardly), /On average/, 'what reads the same says nothing');
});

test('a kept answer costs nothing, and the steps after it are not reached', () => {
  const hit = { stage: 'exactCache', action: 'hit', why: 'Answered before.', savedTokens: 9, savedNano: 7 };
  const preview = aPreview({
    stages,
    decisions: [hit],
    cached: true,
    cost: { nano: 0, priceVersion: null },
  });
  const text = planReport('review', preview);
  assert.match(text, /^# review: cached, \$0\n/);
  assert.match(text, /\n3\. Cache hit: Answered before\.\n {3}- Saves 9 tokens, \$0\.000000007\.\n/);
  assert.match(text, /\n4\. Shared answers, .*Retry: nothing to do: the kept answer comes first\.\n/);
  assert.match(
    text,
    /\n2\. Budget: nothing to do: no budget is in the way\./,
    'what comes before it is reached',
  );
  assert.match(text, /\n- Cost: \$0: the answer is in the cache\.\n/);
});

test('a step of a later version stands under its own name, without advice that nobody wrote', () => {
  const decisions = [{ stage: 'teleport', action: 'wentFar', why: 'It was near.' }];
  const lines = explainPlan(aPreview({ stages: ['newStage'], decisions }));
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== 'estimate'),
    [
      { kind: 'idle', title: 'newStage', text: 'nothing to do.', amount: null, change: null },
      { kind: 'step', title: 'teleport, went far', text: 'It was near.', amount: null, change: null },
    ],
  );
  for (const name of ['constructor', 'toString', '__proto__'])
    assert.equal(whatChanges('exactCache', name), null);
});

test('a step that is switched off or failed says what to do, whichever it is', () => {
  const change = (stage: string, action: string) =>
    explainPlan(aPreview({ decisions: [{ stage, action, why: 'So.' }] })).find(({ title }) =>
      title.includes(', '),
    )?.change;
  assert.equal(
    change('newStage', 'off'),
    'Switch it on in farthing.stages, or take it out of "off" in the front matter.',
  );
  assert.match(change('singleFlight', 'degraded') ?? '', /see the log/);
  assert.match(change('budget', 'degraded') ?? '', /^Free the file/, 'its own words come first');
});

test('what is not known, missing, too long or dearer is said', () => {
  const text = planReport(
    'review',
    aPreview({
      cost: { nano: null, priceVersion: null },
      missing: ['{{whom}}'],
      approximate: true,
      contextTokens: 1000,
      decisions: [{ stage: 'route', action: 'upgraded', why: 'So.', savedNano: -2_000_000 }],
      baseline: { provider: 'OpenAI', model: 'gpt-5', nano: 1_000_000 },
      savedNano: -3_000_000,
    }),
  );
  assert.match(text, /^# review: price unknown\n/);
  assert.match(text, /- Input: ≈1,234\+ tokens, 123 % of the context window/);
  assert.match(text, /More with a value for \{\{whom\}\}/);
  assert.match(text, /choose a model with a larger context window/);
  assert.match(
    text,
    /- Cost: price unknown\.\n {2}- What would change it: Give the price in farthing\.prices\./,
  );
  assert.match(text, /Costs \$0\.002 more\./);
  assert.match(text, /This is dearer by \$0\.003\./);
});

test('the hover is the short form: what is done and the numbers, with names as they are', () => {
  const hover = planHover(aPreview({ stages, decisions: [missed], model: 'my_model*' }));
  assert.match(hover, /^\*\*est\\\. \$0\\\.0042\*\* · OpenAI\/my\\_model\\\*\n/);
  assert.match(hover, /\n- Cache miss: No stored answer/);
  assert.doesNotMatch(hover, /Retry/);
  assert.match(hover, /\n4 other steps have nothing to do\. Farthing: Explain This Call says/);
  assert.equal(
    planTooltip(aPreview({ decisions: [missed] })),
    'Run with OpenAI/gpt-5-mini: est. $0.0042.\nCache miss: No stored answer to this request.',
  );
});

test('every stage and every decision has its line, in the order of the pipeline', () => {
  const name = fc.constantFrom('record', 'budget', 'exactCache', 'route', 'retry', 'x', '__proto__');
  const decision = fc.record({ stage: name, action: fc.constantFrom('hit', 'off', 'y'), why: fc.string() });
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(decision), fc.boolean(), (order, decisions, cached) => {
      const steps = explainPlan(aPreview({ stages: order, decisions, cached })).filter(
        ({ kind }) => kind !== 'estimate',
      );
      const decided = new Set(decisions.map(({ stage }) => stage));
      const idle = order.filter((stage) => !decided.has(stage));
      assert.equal(steps.filter(({ kind }) => kind === 'step').length, decisions.length);
      // Those behind a kept answer stand in one line.
      const titles = steps.filter(({ kind }) => kind === 'idle').flatMap(({ title }) => title.split(', '));
      assert.equal(titles.length, idle.length);
    }),
  );
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallLine } from '../../protocol/messages.ts';
import { announcementOf, type CallRow, callsOf } from '../../webview/model/calls.ts';
import { callLine, NOON, summary } from './states.ts';

function rowOf(changes: Partial<CallLine>): CallRow {
  const [row] = callsOf(summary({ recent: [callLine(changes)] }), NOON);
  assert.ok(row !== undefined);
  return row;
}

const shown = ({ name, tag, outcomeText, tokens, cost, duration }: CallRow) => [
  name,
  tag,
  outcomeText,
  tokens,
  cost,
  duration,
];

describe('The list of the last calls', () => {
  it('shows the newest first', () => {
    const recent = [callLine({ callId: 'old', startedAt: NOON - 1000 }), callLine({ callId: 'new' })];
    assert.deepEqual(
      callsOf(summary({ recent }), NOON).map((row) => row.id),
      ['new', 'old'],
    );
  });

  const cases: readonly [why: string, changes: Partial<CallLine>, expected: readonly unknown[]][] = [
    ['answered', {}, ['review', null, 'Answered', '1,234 in · 310 out', '$0.0012', '2.1 s']],
    [
      'cached',
      { outcome: 'cached', inputTokens: 0, outputTokens: 0, costNano: 0, savedNano: 1_200_000, totalMs: 4 },
      ['review', null, 'Cached', 'no tokens', 'saved $0.0012', '4 ms'],
    ],
    [
      'cached at an unknown price',
      { outcome: 'cached', costNano: 0, savedNano: null },
      ['review', null, 'Cached', 'no tokens', 'price unknown', '2.1 s'],
    ],
    [
      'of unknown price and without a prompt file',
      { prompt: null, feature: 'explain selection', costNano: null },
      ['explain selection', null, 'Answered', '1,234 in · 310 out', 'price unknown', '2.1 s'],
    ],
    [
      'still running, whose cost is not unknown but not there yet',
      { outcome: 'running', inputTokens: 0, outputTokens: 0, costNano: null, totalMs: null },
      ['review', null, 'Running', '', 'not known yet', ''],
    ],
    [
      'simulated, counted by a tokenizer that is not exact',
      { simulated: true, approximate: true, outcome: 'aborted' },
      ['review', 'Demo', 'Cancelled', '≈1,234 in · ≈310 out', '$0.0012', '2.1 s'],
    ],
  ];
  for (const [why, changes, expected] of cases)
    it(`shows a call that is ${why}`, () => {
      assert.deepEqual(shown(rowOf(changes)), expected);
    });

  it('shows why a call failed', () => {
    const row = rowOf({ outcome: 'failed', errorMessage: 'The provider refused the key.' });
    assert.equal(row.outcomeText, 'Failed');
    assert.equal(row.error, 'The provider refused the key.');
  });

  it('does not say twice that a call was cancelled', () => {
    const row = rowOf({ outcome: 'aborted', errorMessage: 'Cancelled.' });
    assert.deepEqual([row.outcomeText, row.error], ['Cancelled', null]);
  });

  it('has the whole name of the prompt file in its details', () => {
    assert.equal(new Map(rowOf({}).details).get('Prompt'), 'review.prompt.md');
    assert.equal(new Map(rowOf({ prompt: null }).details).has('Prompt'), false);
  });

  it('gives the day of a call that was not today', () => {
    assert.equal(rowOf({ startedAt: NOON }).time, '12:00');
    assert.equal(rowOf({ startedAt: new Date(2025, 4, 31, 9, 5).getTime() }).time, '31 May, 09:05');
  });

  it('has the cost and the saving of a cached call apart in its details', () => {
    const details = new Map(rowOf({ outcome: 'cached', costNano: 0, savedNano: 1_200_000 }).details);
    assert.equal(details.get('Cost'), '$0');
    assert.equal(details.get('Saved'), '$0.0012');
  });

  it('shows what a call paid for nothing, in its line and in its details, and an unknown part as unknown', () => {
    const wasteful = rowOf({ wasteNano: 400_000 });
    assert.equal(wasteful.waste, '$0.0004 paid and unused');
    assert.equal(new Map(wasteful.details).get('Paid and unused'), '$0.0004');
    const unknown = rowOf({ outcome: 'interrupted', costNano: null, wasteNano: null });
    assert.equal(unknown.waste, 'paid and unused: unknown');
    assert.equal(new Map(unknown.details).get('Paid and unused'), 'unknown');
    const frugal = rowOf({});
    assert.deepEqual([frugal.waste, new Map(frugal.details).has('Paid and unused')], [null, false]);
    assert.equal(rowOf({ outcome: 'running', wasteNano: null }).waste, null);
  });

  it('shows a saving that is none, and an unknown one as unknown', () => {
    assert.equal(new Map(rowOf({ savedNano: -1_000_000 }).details).get('Saved'), '-$0.001');
    assert.equal(new Map(rowOf({ savedNano: null }).details).get('Saved'), 'price unknown');
    assert.equal(new Map(rowOf({ savedNano: 0 }).details).has('Saved'), false);
  });

  it('says in the details who counted, and that a simulated call was not billed', () => {
    const details = new Map(rowOf({ counted: true, simulated: true, workspace: 'shop' }).details);
    assert.equal(details.get('Counted by'), 'Farthing, since the provider reported no usage');
    assert.equal(details.get('Billed'), 'nothing: the call was simulated');
    assert.equal(details.get('Workspace'), 'shop');
    assert.equal(new Map(rowOf({}).details).has('Counted by'), false);
  });
});

describe('What is said aloud', () => {
  const running = callLine({ outcome: 'running', costNano: null, totalMs: null });

  it('is nothing when the panel opens', () => {
    assert.equal(announcementOf(null, summary({ recent: [callLine()] })), null);
  });

  it('is nothing when a call begins or nothing ended', () => {
    assert.equal(announcementOf(summary(), summary({ recent: [running] })), null);
    const same = summary({ recent: [callLine()] });
    assert.equal(announcementOf(same, same), null);
  });

  it('is the model and the cost of a call that ended', () => {
    const before = summary({ recent: [running] });
    assert.equal(
      announcementOf(before, summary({ recent: [callLine()] })),
      'Call finished: gpt-5-mini, $0.0012',
    );
  });

  it('tells a failed and a simulated call from a finished one', () => {
    const failed = summary({ recent: [callLine({ outcome: 'failed', costNano: 0, simulated: true })] });
    assert.equal(announcementOf(summary(), failed), 'Call failed: simulated, gpt-5-mini, $0');
  });

  it('is one sentence for many calls', () => {
    const recent = [
      callLine({ callId: 'a', startedAt: NOON - 5 }),
      callLine({ callId: 'b', outcome: 'cached', savedNano: 1_200_000 }),
    ];
    assert.equal(
      announcementOf(summary(), summary({ recent })),
      '2 calls finished, the last: gpt-5-mini, saved $0.0012',
    );
  });
});

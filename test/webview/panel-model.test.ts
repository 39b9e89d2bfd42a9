import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PanelState } from '../../protocol/panel-messages.ts';
import { viewOf } from '../../webview/panel-model.ts';
import { callLine, modelSpend, NOON, panelState, provider, summary, totals } from './states.ts';

const used = summary({
  real: totals({ calls: 1, spend: 1_200_000, knownSpend: 1_200_000 }),
  byModel: [modelSpend({ spend: 1_200_000, knownSpend: 1_200_000 })],
  recent: [callLine()],
});

/** Titles of the notices above the figures, and the commands that they offer. */
function noticesOf(changes: Partial<PanelState>): readonly unknown[] {
  return viewOf(panelState(changes), NOON).notices.map(({ title, actions }) => [
    title,
    ...actions.map((action) => action.command),
  ]);
}

describe('The panel', () => {
  it('shows figures, chart and calls, and no notice, when all is well', () => {
    const view = viewOf(panelState({ summary: used }), NOON);
    assert.deepEqual(view.notices, []);
    assert.deepEqual(view.footnotes, []);
    assert.equal(view.figures?.spend.value, '$0.0012');
    assert.equal(view.spend?.rows.length, 1);
    assert.equal(view.calls.length, 1);
  });

  it('says how to make the first call before there is one', () => {
    assert.deepEqual(noticesOf({}), [['No calls yet today', 'farthing.runPrompt']]);
    assert.equal(viewOf(panelState(), NOON).figures, null);
  });

  it('shows a first call that still runs', () => {
    const recent = [callLine({ outcome: 'running', costNano: null, totalMs: null })];
    const view = viewOf(panelState({ summary: summary({ recent }) }), NOON);
    assert.deepEqual(view.notices, []);
    assert.equal(view.calls.length, 1);
  });

  it('asks for a key first where nothing can run without one', () => {
    assert.deepEqual(noticesOf({ providers: [provider({ key: null })] }), [
      ['No API key for OpenAI', 'farthing.setKey', 'farthing.setUpProvider'],
    ]);
  });

  it('leads to the setup where there is no provider', () => {
    assert.deepEqual(noticesOf({ providers: [] }), [['No provider yet', 'farthing.setUpProvider']]);
    assert.deepEqual(noticesOf({ providers: [], summary: null, daemon: 'starting' }), [
      ['Starting the daemon…'],
    ]);
  });

  it('lets a missing key wait where another provider can run', () => {
    const providers = [provider({ key: null }), provider({ name: 'Ollama', needsKey: false, key: null })];
    const view = viewOf(panelState({ providers, summary: used }), NOON);
    assert.deepEqual(view.notices, []);
    assert.deepEqual(
      view.footnotes.map((notice) => notice.title),
      ['No API key for OpenAI'],
    );
  });

  it('says that the daemon starts, restarts, or has not answered yet', () => {
    assert.deepEqual(noticesOf({ daemon: 'starting', summary: null }), [['Starting the daemon…']]);
    assert.deepEqual(noticesOf({ daemon: 'restarting', summary: null }), [
      ['Restarting the daemon…', 'farthing.openLog'],
    ]);
    assert.deepEqual(noticesOf({ summary: null }), [['Reading today’s calls…', 'farthing.openLog']]);
  });

  it('keeps the figures of a daemon that has stopped, with its problem and the way out', () => {
    const view = viewOf(
      panelState({ daemon: 'stopped', problem: 'It ended three times.', summary: used }),
      NOON,
    );
    const [notice] = view.notices;
    assert.equal(notice?.tone, 'error');
    assert.equal(notice?.text, 'It ended three times. The figures below are from before.');
    assert.deepEqual(
      notice?.actions.map((action) => action.command),
      ['farthing.restartDaemon', 'farthing.openLog'],
    );
    assert.equal(view.figures?.spend.value, '$0.0012');
    assert.equal(notice?.stays, true, 'it is seen however far the panel is scrolled');
  });

  it('lets nothing stay in sight that says nothing about the figures', () => {
    const [notice] = viewOf(panelState({ daemon: 'starting', summary: null }), NOON).notices;
    assert.notEqual(notice?.stays, true);
  });

  it('is never blank', () => {
    for (const daemon of ['starting', 'running', 'restarting', 'stopped'] as const)
      for (const providers of [[], [provider()], [provider({ key: null })]])
        for (const aSummary of [null, summary(), used]) {
          const view = viewOf({ daemon, problem: null, providers, summary: aSummary, baseline: '' }, NOON);
          assert.ok(view.notices.length > 0 || view.figures !== null, `${daemon} is blank`);
        }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSavedState, savedStateOf } from '../../webview/saved-state.ts';
import { panelState } from './states.ts';

const FRESH = savedStateOf(null, { tableOpen: false, activeCall: null, openCalls: [] });

describe('The saved state', () => {
  it('comes back as it was kept', () => {
    const kept = savedStateOf(panelState(), { tableOpen: true, activeCall: 'a', openCalls: ['a', 'b'] });
    assert.deepEqual(parseSavedState(JSON.parse(JSON.stringify(kept))), kept);
  });

  it('starts fresh from nothing, from another shape, and from what cannot be read', () => {
    for (const raw of [undefined, null, 'text', {}, { shape: 0, user: {} }, { shape: 3, user: 'text' }])
      assert.deepEqual(parseSavedState(raw), FRESH);
  });

  it('is dropped where it was kept by a panel that knew less', () => {
    const { user } = savedStateOf(null, { tableOpen: true, activeCall: null, openCalls: [] });
    assert.deepEqual(parseSavedState({ shape: 1, panel: { daemon: 'running' }, user }), FRESH);
  });

  it('reads each part of what the user opened by itself', () => {
    const user = { tableOpen: 'yes', activeCall: 7, openCalls: ['a', 1] };
    assert.deepEqual(parseSavedState({ shape: 3, panel: null, user }).user, {
      tableOpen: false,
      activeCall: null,
      openCalls: ['a'],
    });
  });
});

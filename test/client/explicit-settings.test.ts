import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explicitSettings } from '../../client/explicit-settings.ts';
import { SETTINGS } from '../../protocol/setting-definitions.ts';

/** A configuration in which these settings have a value in a place, and all others their default. */
const sent = (written: Readonly<Record<string, object>>, values: Readonly<Record<string, unknown>> = {}) =>
  explicitSettings(SETTINGS, {
    get: (key) => {
      const [value = SETTINGS.find((one) => one.key === key)?.schema['default']] = Object.values(
        written[key] ?? {},
      );
      return key in values ? values[key] : value;
    },
    inspect: (key) => ({ key, defaultValue: 'the default', globalValue: undefined, ...written[key] }),
  });

test('a window sends what its user wrote and no default, which would undo what another window set', () => {
  assert.deepEqual(sent({}), {});
  assert.deepEqual(
    sent({
      'cache.megabytes': { globalValue: 1000 },
      'cache.hours': { workspaceFolderValue: 2 },
      stages: { workspaceLanguageValue: { retry: false } },
    }),
    { 'cache.megabytes': 1000, 'cache.hours': 2, stages: { retry: false } },
  );
});

test('a default that somebody wrote is said, and so is a value that a policy or an extension gives', () => {
  assert.deepEqual(sent({ 'log.level': { globalValue: 'info' } }), { 'log.level': 'info' });
  assert.deepEqual(sent({}, { 'cache.megabytes': 20 }), { 'cache.megabytes': 20 });
});

/** The settings that somebody wrote, wherever that was: what all windows share must not change by a default. */
import { DAEMON_WIDE, type SettingDefinition } from '../protocol/setting-definitions.ts';

/** As much of VS Code's configuration as it takes. */
export interface WrittenValues {
  get(key: string): unknown;
  inspect(key: string): object | undefined;
}

/**
 * Every setting that is not as the manifest has it, by its key, with the value that is in force. A default that somebody
 * wrote is one too where windows share the value; asking where a value is from takes VS Code long, so that only those
 * are asked for. A policy and another extension's defaults are in no place that can be asked for.
 */
export const explicitSettings = (
  definitions: readonly SettingDefinition[],
  configuration: WrittenValues,
): Record<string, unknown> =>
  Object.fromEntries(
    definitions
      .map(({ key, schema }) => ({ key, fallback: schema['default'], value: configuration.get(key) }))
      .filter(
        ({ key, fallback, value }) =>
          JSON.stringify(value) !== JSON.stringify(fallback) ||
          (DAEMON_WIDE.has(key) && isWritten(configuration.inspect(key))),
      )
      .map(({ key, value }) => [key, value]),
  );

/** Whether the user, the workspace or a folder has a value, be it for a language only. */
const isWritten = (found: object = {}): boolean =>
  Object.entries(found).some(
    ([place, value]) => place.endsWith('Value') && !place.startsWith('default') && value !== undefined,
  );

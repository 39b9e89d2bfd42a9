import type { Build } from '../../protocol/version.ts';

/** Put in by the bundler; absent when the daemon runs from its sources. */
declare const __FARTHING_BUILD__: Build | undefined;

/** Which build this is. FARTHING_BUILD (JSON) overrides it, so that tests can play an older or a newer one. */
export function currentBuild(environment: Readonly<Record<string, string | undefined>>): Build {
  const override = environment['FARTHING_BUILD'];
  if (override) return JSON.parse(override) as Build;
  return typeof __FARTHING_BUILD__ === 'undefined'
    ? { version: '0.0.0', hash: 'source', builtAt: 0 }
    : __FARTHING_BUILD__;
}

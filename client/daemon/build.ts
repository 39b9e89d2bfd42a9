/** Which build of Farthing this extension is. */
import type { Build } from '../../protocol/version.ts';

/** Written in by the bundler; absent where the source runs unbundled. */
declare const __FARTHING_BUILD__: Build | undefined;

/** The build, or one that is older than every other where there is none. */
export const thisBuild = (): Build =>
  typeof __FARTHING_BUILD__ === 'undefined'
    ? { version: '0.0.0', hash: 'source', builtAt: 0 }
    : __FARTHING_BUILD__;

/** The suites that run inside VS Code, in order. */
import { smoke } from './smoke.test.ts';

/** Each declares its tests when it is called. */
export const SUITES: readonly (() => void)[] = [smoke];

import type { CoreEvents } from '../../server/core.ts';

/** Hears of everything and does nothing, but for a problem of storage, which no test and no benchmark expects. */
export const QUIET: CoreEvents = {
  report: (problem) => {
    throw problem;
  },
  ledgerChanged: () => undefined,
  healthChanged: () => undefined,
  thresholdPassed: () => undefined,
};

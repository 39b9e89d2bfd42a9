import type { Stage } from '../stage.ts';

/**
 * Says who and what a call is for: completes the attribution that the edge gave with the daemon's user.
 * Never stops the chain, stores nothing; the ledger keeps the attribution, and nothing of it is sent. Where it is
 * switched off, `record` keeps the feature alone.
 */
export function attribute({ user }: { readonly user: string }): Stage {
  return {
    name: 'attribute',
    optional: false,
    switch: 'attribute',
    run(call, next) {
      return next({ ...call, attribution: { ...call.attribution, user: call.attribution.user || user } });
    },
  };
}

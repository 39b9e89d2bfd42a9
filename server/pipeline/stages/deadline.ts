import { farthingError } from '../../../protocol/errors.ts';
import type { Clock } from '../ports.ts';
import type { Stage } from '../stage.ts';
import { limitTime } from '../time-limit.ts';

/**
 * One time for everything that is sent for a call, retries and other endpoints included: whatever is under way when it
 * is over is aborted, charged for what it used, and ends with "deadline". Tells those below by when they must have
 * ended, so that none begins to wait for what would come too late. Stores nothing.
 */
export function deadline({ clock }: { readonly clock: Clock }): Stage {
  return {
    name: 'deadline',
    optional: false,
    run(call, next) {
      const seconds = call.settings.deadlineSeconds;
      const milliseconds = seconds * 1000;
      return limitTime({ ...call, endsBy: clock.elapsed() + milliseconds }, next, {
        clock,
        milliseconds,
        until: 'end',
        error: () => farthingError('deadline', { seconds }),
      });
    },
  };
}

/** A provider whose answers a test steers event by event while they are under way, and that ends them when aborted. */
import { type FarthingError, farthingError } from '../../protocol/errors.ts';
import type { FinishReason } from '../../protocol/receipt.ts';
import type { Call, Next, ReplyEvent } from '../../server/pipeline/stage.ts';
import { attempt } from './scripted-provider.ts';

/** One request under way, or ended. */
export interface Upstream {
  readonly call: Call;
  /** What it sent so far. */
  readonly events: readonly ReplyEvent[];
  /** True until it ended, well or not. */
  isLive(): boolean;
  say(...events: readonly ReplyEvent[]): void;
  text(text: string): void;
  /** The leg that answered, at this price, and the end. */
  end(nano?: number, reason?: FinishReason): void;
  /** Nothing more comes after what it said. */
  close(): void;
  /** A leg that failed, at this price, and the error. */
  fail(error: FarthingError, nano?: number): void;
}

/** What it was sent and where each stands, oldest first. */
export interface SteeredProvider {
  readonly next: Next;
  readonly upstreams: readonly Upstream[];
}

/** Price of the leg of a request that was aborted. */
export const ABORTED_NANO = 7;

/** Makes the provider. With `lingers` a request that is aborted ends only when the test fails it. */
export function steeredProvider({ lingers = false } = {}): SteeredProvider {
  const upstreams: Upstream[] = [];
  return {
    upstreams,
    next: async function* (call) {
      const sent: ReplyEvent[] = [];
      let over = false;
      let failure: FarthingError | null = null;
      let wake = (): void => undefined;
      const finish = (error: FarthingError | null, ...last: readonly ReplyEvent[]) => {
        if (over) return;
        sent.push(...last);
        over = true;
        failure = error;
        wake();
      };
      const say = (...events: readonly ReplyEvent[]) => {
        if (!over) sent.push(...events);
        wake();
      };
      upstreams.push({
        call,
        events: sent,
        isLive: () => !over,
        say,
        text: (text) => say({ type: 'text', text }),
        end: (nano = 23, reason = 'stop') =>
          finish(null, attempt('answered', 3, 2, nano), { type: 'end', reason }),
        close: () => finish(null),
        fail: (error, nano = 0) => finish(error, attempt('failed', 3, 0, nano)),
      });
      const cancel = () => finish(farthingError('cancelled', {}), attempt('aborted', 3, 0, ABORTED_NANO));
      if (!lingers) call.signal.addEventListener('abort', cancel, { once: true });
      if (call.signal.aborted) cancel();
      for (let position = 0; ; ) {
        const event = sent[position];
        if (event !== undefined) {
          position += 1;
          yield event;
        } else if (over) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      call.signal.removeEventListener('abort', cancel);
      if (failure !== null) throw failure;
    },
  };
}

import type { Next } from '../pipeline/stage.ts';
import type { Previews } from './previews.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';

/** What a handler works with. */
export interface HandlerContext {
  readonly session: Session;
  readonly daemon: DaemonServices;
  readonly previews: Previews;
  /** The pipeline with this connection's keys. */
  readonly runner: Next;
}

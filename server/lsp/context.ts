import type { Next } from '../pipeline/stage.ts';
import type { Counts } from './counts.ts';
import type { Previews } from './previews.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';
import type { Suggestions } from './suggestions.ts';

/** What a handler works with. */
export interface HandlerContext {
  readonly session: Session;
  readonly daemon: DaemonServices;
  readonly previews: Previews;
  readonly counts: Counts;
  readonly suggestions: Suggestions;
  /** The pipeline with this connection's keys. */
  readonly runner: Next;
}

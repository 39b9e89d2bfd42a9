/** Keeps the previews of a connection's open prompts current and tells the client when one changed. */
import { toFarthingError } from '../../protocol/errors.ts';
import {
  type EstimateParams,
  MESSAGES,
  type PreviewParams,
  type PromptSource,
} from '../../protocol/messages.ts';
import type { Preview } from '../../protocol/receipt.ts';
import { missingVariables, prepareCall } from '../calls/prepare-call.ts';
import { traceOf } from '../trace.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';

/** What an editor runs a source for: a budget that counts the run is to be seen in its estimate. */
const featureOf = ({ kind }: PromptSource): string =>
  kind === 'selection' ? 'explain selection' : 'prompt file';

/** Previews of one connection. */
export interface Previews {
  /** What a run would use and cost now. Throws the catalogue's error when it cannot be estimated. */
  of(params: PreviewParams): Promise<Preview>;
  /** The latest estimate of an open document. */
  ofDocument(uri: string): Promise<EstimateParams>;
  /** What stands above an open document as it is now, without waiting for it; null where that is not known yet. */
  shown(uri: string): Preview | null;
  /** The document changed: computes its estimate once the burst of changes is over, and sends it. */
  changed(uri: string): void;
  /** What previews depend on changed (settings, keys, the ledger): all open documents anew. */
  allChanged(): void;
  closed(uri: string): void;
}

/** Pause after which a burst of key presses counts as over, in milliseconds. */
const SETTLE_MS = 10;

/** `refreshed` is called after estimates were sent for a reason other than an edit, so that CodeLenses follow. */
export function createPreviews(session: Session, daemon: DaemonServices, refreshed: () => void): Previews {
  const latest = new Map<string, { readonly version: number; readonly estimate: Promise<EstimateParams> }>();
  const settled = new Map<string, EstimateParams>();
  const timers = new Map<string, NodeJS.Timeout>();

  const of = async ({ source, model, preference, feature }: PreviewParams): Promise<Preview> => {
    const request = {
      callId: 'preview',
      source,
      feature: feature ?? featureOf(source),
      signal: new AbortController().signal,
      startedAt: daemon.clock.now(),
      purpose: 'preview',
      ...(model === undefined ? {} : { model }),
      ...(preference === undefined ? {} : { preference }),
    } as const;
    const call = prepareCall(request, session);
    // Before the count: the document may have changed by its end.
    const missing = missingVariables(source, session);
    return { ...(await daemon.engine.preview(call)), missing };
  };

  const estimate = async (uri: string, version: number): Promise<EstimateParams> => {
    try {
      return { uri, version, preview: await of({ source: { kind: 'document', uri } }), problem: null };
    } catch (error) {
      const known = toFarthingError(error);
      if (known.code === 'internal') daemon.log.error(`preview failed: ${traceOf(error)}`);
      return { uri, version, preview: null, problem: known.message };
    }
  };

  const ofDocument = (uri: string): Promise<EstimateParams> => {
    const version = session.documents.get(uri)?.version ?? -1;
    const known = latest.get(uri);
    if (known !== undefined && known.version === version) return known.estimate;
    const fresh = estimate(uri, version);
    latest.set(uri, { version, estimate: fresh });
    void fresh.then((made) => {
      if (latest.get(uri)?.estimate === fresh) settled.set(uri, made);
    });
    return fresh;
  };

  const shown = (uri: string): Preview | null => {
    const last = settled.get(uri);
    return last !== undefined && last.version === session.documents.get(uri)?.version ? last.preview : null;
  };

  const send = async (uri: string) => {
    timers.delete(uri);
    const result = await ofDocument(uri);
    // A newer version is on its way already; an old number on the screen would be a wrong one.
    if (session.documents.get(uri)?.version === result.version) session.notify(MESSAGES.estimate, result);
  };

  const changed = (uri: string) => {
    if (timers.has(uri)) return;
    timers.set(uri, setTimeout(send, SETTLE_MS, uri));
  };

  return {
    of,
    ofDocument,
    shown,
    changed,
    allChanged() {
      latest.clear();
      settled.clear();
      for (const uri of session.documents.keys()) changed(uri);
      refreshed();
    },
    closed(uri) {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      latest.delete(uri);
      settled.delete(uri);
    },
  };
}

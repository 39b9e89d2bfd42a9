/** Keeps the previews of a connection's open prompts current and tells the client when one changed. */
import { toFarthingError } from '../../protocol/errors.ts';
import {
  type EstimateParams,
  MESSAGES,
  type PreviewParams,
  type PromptSource,
} from '../../protocol/messages.ts';
import type { NamedRoute } from '../../protocol/model-comparison.ts';
import type { Preview } from '../../protocol/receipt.ts';
import { taskOf } from '../../protocol/selection-tasks.ts';
import { missingVariables, prepareCall } from '../calls/prepare-call.ts';
import type { Route } from '../pipeline/stage.ts';
import { configuredModel } from '../prompts/models.ts';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import { traceOf } from '../trace.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';

/** What an editor runs a source for: a budget that counts the run is to be seen in its estimate. */
const featureOf = (source: PromptSource): string =>
  source.kind === 'selection' ? taskOf(source).feature : 'prompt file';

/** Previews of one connection. */
export interface Previews {
  /** What a run would use and cost now. Throws the catalogue's error when it cannot be estimated. */
  of(params: PreviewParams): Promise<Preview>;
  /** The latest estimate of an open document. */
  ofDocument(uri: string): Promise<EstimateParams>;
  /** Estimates a document with another model than a run would use, as long as it is configured; null: with that again. */
  estimateWith(uri: string, model: NamedRoute | null): void;
  /**
   * What stands above an open document as it is now, without waiting for it; null where that is not known yet, or is not
   * of the model that a run would use.
   */
  shown(uri: string): Preview | null;
  /** The document changed: computes its estimate once the burst of changes is over, and sends it. */
  changed(uri: string): void;
  /** What previews depend on changed (settings, keys, the ledger): all open documents anew. */
  allChanged(): void;
  closed(uri: string): void;
}

/** Pause after which a burst of key presses counts as over, in milliseconds. */
const SETTLE_MS = 10;

/** The same in a program: all of it is parsed for the prompts in it, and most of what is typed there is none. */
const PROGRAM_SETTLE_MS = 250;
const PROGRAM = /^(?:(?:type|java)script(?:react)?|python)$/;

/** `refreshed` is called after estimates were sent for a reason other than an edit, so that CodeLenses follow. */
export function createPreviews(session: Session, daemon: DaemonServices, refreshed: () => void): Previews {
  const latest = new Map<string, { readonly version: number; readonly estimate: Promise<EstimateParams> }>();
  const settled = new Map<string, EstimateParams>();
  const timers = new Map<string, NodeJS.Timeout>();
  /** Models that were chosen for an estimate alone, by document. */
  const chosen = new Map<string, NamedRoute>();

  const chosenRoute = (uri: string): Route | null => {
    const name = chosen.get(uri);
    return name === undefined ? null : configuredModel(name, session.settings);
  };

  const of = async (
    { source, model, preference, feature }: PreviewParams,
    instead: Route | null = null,
  ): Promise<Preview> => {
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
    const priced = instead === null ? call : { ...call, ...instead, ladder: [] };
    return { ...(await daemon.engine.preview(priced)), missing };
  };

  /** What agents load is a part of their messages, so that the chat format is not its, and nobody fills in its variables. */
  const asText = async ({ uri, messages }: PromptDocument, preview: Preview): Promise<Preview> => {
    const found = configuredModel(preview, session.settings);
    if (found === null) return preview;
    const meter = await daemon.meter(found.model);
    const contents = messages.map(({ content }) => content);
    // Under a name of its own, so that a key press counts what is around it alone.
    const counts = meter.countParts(`${uri} as text`, contents, (content) => content);
    return { ...preview, inputTokens: counts.reduce((sum, tokens) => sum + tokens, 0), missing: [] };
  };

  const estimate = async (uri: string, version: number): Promise<EstimateParams> => {
    try {
      const instead = chosenRoute(uri);
      const prompt = session.openPrompt(uri);
      // Whoever has just made a file is told neither a price nor that something is wrong.
      if (prompt?.use === 'run' && prompt.messages.length === 0 && prompt.problem === null)
        return { uri, version, preview: null, problem: null };
      const made = await of({ source: { kind: 'document', uri } }, instead);
      const preview = prompt?.use === 'loaded' ? await asText(prompt, made) : made;
      const estimatedWith =
        instead === null ? null : { provider: instead.provider.name, model: instead.model.id };
      return { uri, version, preview, problem: null, ...(estimatedWith === null ? {} : { estimatedWith }) };
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
    if (last === undefined || last.version !== session.documents.get(uri)?.version) return null;
    return last.estimatedWith === undefined ? last.preview : null;
  };

  const send = async (uri: string) => {
    timers.delete(uri);
    // Programs are open all day and seldom have prompts; one that had takes its estimate back.
    if (session.openPrompt(uri) === null && !settled.has(uri)) return;
    const result = await ofDocument(uri);
    // A newer version is on its way already; an old number on the screen would be a wrong one.
    if (session.documents.get(uri)?.version === result.version) session.notify(MESSAGES.estimate, result);
  };

  const changed = (uri: string) => {
    if (timers.has(uri)) return;
    const isProgram = PROGRAM.test(session.documents.get(uri)?.languageId ?? '');
    timers.set(uri, setTimeout(send, isProgram ? PROGRAM_SETTLE_MS : SETTLE_MS, uri));
  };

  return {
    of: (params) => of(params),
    ofDocument,
    estimateWith(uri, model) {
      if (model === null) chosen.delete(uri);
      else chosen.set(uri, model);
      latest.delete(uri);
      settled.delete(uri);
      if (session.documents.get(uri) !== undefined) changed(uri);
      refreshed();
    },
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

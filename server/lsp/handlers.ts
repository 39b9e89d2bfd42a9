/** One list: every message of the protocol and what the daemon does with it. */
import type { CancellationToken } from 'vscode-languageserver';
import { parseBudget } from '../../protocol/budgets.ts';
import { farthingError } from '../../protocol/errors.ts';
import {
  ANSWER_JUDGEMENTS,
  type MESSAGES,
  type MessageName,
  type ParamsOf,
  type ResultOf,
  type Summary,
} from '../../protocol/messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { inspectPrompt } from '../calls/prepare-call.ts';
import { breakdown } from './breakdown.ts';
import { invalidateCache } from './cache.ts';
import { compareModels } from './compare-models.ts';
import type { HandlerContext } from './context.ts';
import { countText } from './count-text.ts';
import { loadAudit, loadCompression } from './late-modules.ts';
import { lineTokens } from './line-tokens.ts';
import { modelEdit } from './model-edit.ts';
import { discoverProviders, probeEndpoint, testConnection } from './providers.ts';
import { run } from './run.ts';
import { tokenPieces } from './token-pieces.ts';

type Requests = {
  [Name in MessageName as (typeof MESSAGES)[Name]['kind'] extends 'request'
    ? Name
    : never]: (typeof MESSAGES)[Name];
};

/** A handler for each request; the compiler sees to it that none is missing. */
export type Handlers = {
  readonly [Name in keyof Requests]: (
    context: HandlerContext,
    params: ParamsOf<Requests[Name]>,
    token: CancellationToken,
  ) => ResultOf<Requests[Name]> | Promise<ResultOf<Requests[Name]>>;
};

/** The longest list of calls that a client may ask for. */
const MOST_RECENT = 50;

export const HANDLERS: Handlers = {
  configure({ session, daemon, previews }, params) {
    const problems = session.configure(params);
    const { logLevel, cacheMegabytes } = session.settings;
    if (logLevel !== null) daemon.log.setLevel(logLevel);
    if (cacheMegabytes !== null) daemon.replies.limit(cacheMegabytes * 1e6);
    previews.allChanged();
    return { problems, providers: session.providers(daemon.health) };
  },
  setKey({ session }, params) {
    session.setKey(params);
    return null;
  },
  inspectPrompt: ({ session }, { source, preference }) => inspectPrompt(source, session, preference),
  preview: ({ previews }, params) => previews.of(params),
  auditContext: async (context, params) => (await loadAudit()).audit(context, params),
  compareModels,
  estimateWith({ previews }, { uri, model }) {
    previews.estimateWith(uri, model);
    return null;
  },
  modelEdit,
  breakdown,
  countText,
  lineTokens,
  tokenPieces,
  compression: async (context, params) => (await loadCompression()).compression(context, params),
  run,
  summary({ daemon }, { since, recent }): Summary {
    const { ledger } = daemon;
    return {
      since,
      ...ledger.totals(since),
      byModel: ledger.spendByModel(since),
      recent: ledger.recent(Math.min(Math.max(0, Math.trunc(recent)), MOST_RECENT)),
    };
  },
  callDetails: ({ daemon }, { callId }) => daemon.ledger.call(callId),
  findCall: ({ daemon }, { beginning }) => daemon.ledger.find(beginning),
  budgets: ({ daemon }) => daemon.budgets.states(daemon.clock.now()),
  saveBudget({ daemon }, { budget }) {
    const parsed = parseBudget(budget);
    if (typeof parsed === 'string') throw farthingError('badBudget', { detail: parsed });
    daemon.budgets.save(parsed);
    daemon.budgetsChanged();
    return null;
  },
  deleteBudget({ daemon }, { id }) {
    daemon.budgets.delete(id);
    daemon.budgetsChanged();
    return null;
  },
  judgeAnswer({ daemon }, { callId, provider, model, outcome }) {
    // A client may send anything, and what was learnt wrong stays for long.
    if (ANSWER_JUDGEMENTS.includes(outcome)) daemon.router.learn(callId, provider, model, outcome);
    return null;
  },
  forgetReply({ daemon }, { entry }) {
    const forgotten = daemon.replies.forget(entry);
    if (forgotten) daemon.cacheChanged();
    return { forgotten };
  },
  invalidateCache,
  providers: ({ session, daemon }) => session.providers(daemon.health),
  testConnection,
  probeEndpoint,
  discoverProviders,
  status({ daemon }) {
    return {
      cache: { ...daemon.replies.count({}), limitBytes: daemon.replies.limitBytes() },
      pid: process.pid,
      build: daemon.build,
      protocol: PROTOCOL_VERSION,
      clients: daemon.clients(),
      callsRunning: daemon.calls.count(),
      uptimeMs: daemon.uptimeMs(),
      memoryBytes: process.memoryUsage.rss(),
      stateFolder: daemon.paths.folder,
      logFile: daemon.paths.logFile,
      runtime: `Node ${process.versions.node}`,
      storageProblem: daemon.storageProblem(),
    };
  },
  stop({ daemon }, { startsAgain }) {
    daemon.stop(startsAgain === true);
    return null;
  },
};

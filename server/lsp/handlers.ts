/** One list: every message of the protocol and what the daemon does with it. */
import type { CancellationToken } from 'vscode-languageserver';
import type { MESSAGES, MessageName, ParamsOf, ResultOf, Summary } from '../../protocol/messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { inspectPrompt } from '../calls/prepare-call.ts';
import type { HandlerContext } from './context.ts';
import { run } from './run.ts';

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
    daemon.log.setLevel(session.settings.logLevel);
    previews.allChanged();
    return { problems, providers: session.providers() };
  },
  setKey({ session }, params) {
    session.setKey(params);
    return null;
  },
  inspectPrompt: ({ session }, { source }) => inspectPrompt(source, session),
  preview: ({ previews }, { source, model }) => previews.of(source, model),
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
  status({ daemon }) {
    return {
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

/** What a client may take out of the cache. */
import { farthingError } from '../../protocol/errors.ts';
import type { CacheCount, CacheScope, InvalidateCacheParams } from '../../protocol/messages.ts';
import { readPrompt } from '../calls/prepare-call.ts';
import { hashText } from '../pipeline/hash.ts';
import type { ReplyFilter, ReplyStore } from '../pipeline/ports.ts';
import { systemHashOf } from '../pipeline/system-hash.ts';
import type { HandlerContext } from './context.ts';
import type { Session } from './session.ts';

/** Counts the replies of a scope, and takes them out unless it is a dry run. */
export function invalidateCache(
  { session, daemon: { replies, components, cacheChanged } }: HandlerContext,
  { scope, dryRun }: InvalidateCacheParams,
): CacheCount {
  assertNamed(scope);
  const filter = filterOf(scope, session, replies);
  if (filter === null) return { entries: 0, bytes: 0 };
  if (dryRun !== false) return replies.count(filter);
  // Summaries are of whatever was said, and cheap to make again: they go with all that they may be of.
  if (mayHaveSummaries(scope)) components.clear('summary');
  const taken = replies.invalidate(filter);
  if (taken.entries > 0) cacheChanged();
  return taken;
}

const mayHaveSummaries = (scope: CacheScope): boolean =>
  scope.kind === 'everything' ||
  scope.kind === 'workspace' ||
  (scope.kind === 'feature' && scope.feature === 'summary');

/** What a scope has to name. A client may leave it out, and a filter without it would mean every reply. */
const NAMES: Readonly<Record<CacheScope['kind'], readonly string[]>> = {
  everything: [],
  workspace: [],
  feature: ['feature'],
  prompt: ['uri'],
  systemPrompt: ['uri'],
  provider: ['provider'],
  model: ['provider', 'model'],
};

function assertNamed(scope: CacheScope): void {
  const given = scope as unknown as Readonly<Record<string, unknown>>;
  const isNamed = (name: string) =>
    typeof given[name] === 'string' ||
    (scope.kind === 'model' && name === 'provider' && given[name] === null);
  if (!NAMES[scope.kind].every(isNamed))
    throw farthingError('internal', {}, { cause: new TypeError('a scope that names nothing') });
}

/** The replies of a scope; null where there can be none. Throws documentClosed for a prompt that is not open. */
function filterOf(scope: CacheScope, session: Session, replies: ReplyStore): ReplyFilter | null {
  switch (scope.kind) {
    case 'everything':
      return {};
    case 'workspace':
      return { workspace: session.workspace };
    case 'feature':
      return { feature: scope.feature };
    case 'prompt': {
      const job = scope.uri;
      if (!scope.olderOnly) return { job };
      const prompt = readPrompt({ kind: 'document', uri: job }, session);
      return prompt === null ? null : { job, promptHashOtherThan: hashText(prompt.text) };
    }
    case 'systemPrompt': {
      const prompt = readPrompt({ kind: 'document', uri: scope.uri }, session);
      const systemHash = prompt === null ? null : systemHashOf(prompt.messages);
      return systemHash === null ? null : { systemHash };
    }
    case 'provider':
      return { provider: scope.provider };
    case 'model': {
      const { provider, model } = scope;
      if (provider === null) return { model };
      if (!scope.olderOnly) return { provider, model };
      const servedModelOtherThan = replies.lastServedModel(provider, model);
      return servedModelOtherThan === null ? null : { provider, model, servedModelOtherThan };
    }
  }
}

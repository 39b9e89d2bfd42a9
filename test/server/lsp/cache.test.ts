import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CacheScope } from '../../../protocol/messages.ts';
import { invalidateCache } from '../../../server/lsp/cache.ts';
import type { HandlerContext } from '../../../server/lsp/context.ts';

for (const scope of [
  { kind: 'feature' },
  { kind: 'prompt' },
  { kind: 'provider' },
  { kind: 'model', provider: 'Sim' },
  { kind: 'model', model: 'gpt-5-mini' },
])
  test(`a scope that does not name what it means is not taken for everything: ${JSON.stringify(scope)}`, () => {
    const replies = {
      count: () => assert.fail('counted'),
      invalidate: () => assert.fail('taken out'),
    };
    const context = { session: {}, daemon: { replies } } as unknown as HandlerContext;
    assert.throws(() => invalidateCache(context, { scope: scope as CacheScope, dryRun: false }), {
      code: 'internal',
    });
  });

test('a model of no provider in particular is meant at all of them', () => {
  const replies = { count: (filter: unknown) => filter };
  const context = { session: {}, daemon: { replies } } as unknown as HandlerContext;
  const scope = { kind: 'model', provider: null, model: 'gpt-5-mini', olderOnly: false } as const;
  assert.deepEqual(invalidateCache(context, { scope, dryRun: true }), { model: 'gpt-5-mini' });
});

test('summaries go with everything that they may be of, and only where it is no dry run', () => {
  const cleared: string[] = [];
  const taken = (scope: CacheScope, dryRun = false): number => {
    cleared.length = 0;
    const none = () => ({ entries: 0, bytes: 0 });
    const daemon = {
      replies: { count: none, invalidate: none },
      components: { clear: (kind: string) => cleared.push(kind) },
    };
    const context = { session: { workspace: 'w' }, daemon } as unknown as HandlerContext;
    invalidateCache(context, { scope, dryRun });
    return cleared.length;
  };
  assert.equal(taken({ kind: 'everything' }), 1);
  assert.deepEqual(cleared, ['summary']);
  assert.equal(taken({ kind: 'workspace' }), 1);
  assert.equal(taken({ kind: 'feature', feature: 'summary' }), 1);
  assert.equal(taken({ kind: 'feature', feature: 'prompt file' }), 0);
  assert.equal(taken({ kind: 'everything' }, true), 0);
});

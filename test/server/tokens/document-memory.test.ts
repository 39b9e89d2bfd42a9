/** The memory of documents keeps what is used and forgets the rest. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDocumentMemory } from '../../../server/tokens/document-memory.ts';
import type { TokenDocument } from '../../../server/tokens/token-document.ts';

/** A document of a length, which nobody may edit. */
function documentOf(length: number): TokenDocument {
  const refuse = (): never => {
    throw new Error('not scripted');
  };
  return { tokens: 0, length, text: refuse, update: refuse, edit: refuse, changedLength: refuse };
}

describe('the memory of documents', () => {
  it('forgets what has not been used for longest', () => {
    const memory = createDocumentMemory(2, 1_000_000);
    for (const memo of ['a', 'b', 'a', 'c']) {
      if (memory.get(memo, 0) === undefined) memory.put(memo, 0, documentOf(10));
      memory.keepFirst(memo, 1);
    }
    assert.deepEqual(
      ['a', 'b', 'c'].map((memo) => memory.get(memo, 0) !== undefined),
      [true, false, true],
    );
  });

  it('forgets when it holds too much text, even the only one', () => {
    const memory = createDocumentMemory(10, 100_000);
    memory.put('a', 0, documentOf(30_000));
    memory.keepFirst('a', 1);
    memory.put('b', 0, documentOf(30_000));
    memory.keepFirst('b', 1);
    assert.equal(memory.get('a', 0), undefined);
    assert.notEqual(memory.get('b', 0), undefined);
    memory.put('c', 0, documentOf(60_000));
    memory.keepFirst('c', 1);
    assert.equal(memory.get('c', 0), undefined);
  });

  it('forgets messages that a document no longer has', () => {
    const memory = createDocumentMemory(10, 100_000);
    memory.put('a', 0, documentOf(1));
    memory.put('a', 1, documentOf(1));
    memory.keepFirst('a', 1);
    assert.notEqual(memory.get('a', 0), undefined);
    assert.equal(memory.get('a', 1), undefined);
  });

  it('is empty after it is cleared', () => {
    const memory = createDocumentMemory(10, 100_000);
    memory.put('a', 0, documentOf(1));
    memory.clear();
    assert.equal(memory.get('a', 0), undefined);
  });
});

/** Unified differences, read and made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyHunks, type HunkLine, readUnifiedDiff } from '../../../server/gates/unified-diff.ts';

/** Lines of a file, each kept, taken out or put in; no line repeats, so that there is one place for each. */
const edits = fc
  .array(fc.constantFrom<HunkLine['sign']>(' ', '-', '+'), { minLength: 1, maxLength: 30 })
  .map((signs) =>
    signs.map((sign, index) => ({ sign, text: index % 5 === 3 ? `  line ${index}` : `line ${index}` })),
  );
const fileOf = (lines: readonly HunkLine[], without: HunkLine['sign'], end: string) =>
  lines
    .filter(({ sign }) => sign !== without)
    .map(({ text }) => text + end)
    .join('');

test('a difference of a whole file, applied to the old file, is the new one, whatever ends its lines', () => {
  fc.assert(
    fc.property(edits, fc.constantFrom('\n', '\r\n'), (lines, end) => {
      fc.pre(lines.some(({ sign }) => sign !== '+'));
      const diff = `--- a/x\n+++ b/x\n@@ -1 +1 @@\n${lines.map(({ sign, text }) => sign + text).join('\n')}\n`;
      const [file] = readUnifiedDiff(diff);
      assert.equal(applyHunks(fileOf(lines, '+', end), file?.changes ?? []), fileOf(lines, '-', end));
    }),
  );
});

test('several hunks are applied one after the other, and the first that does not fit is named', () => {
  const [file] = readUnifiedDiff('--- a/x\n+++ b/x\n@@ @@\n-b\n+B\n@@ @@\n d\n+e\n');
  assert.equal(applyHunks('a\nb\nc\nd\n', file?.changes ?? []), 'a\nB\nc\nd\ne\n');
  assert.equal(applyHunks('a\nd\nb\n', file?.changes ?? []), 1);
  assert.equal(applyHunks('a\n', file?.changes ?? []), 0);
});

test('a hunk without a line of the old file goes where its number says', () => {
  const changesOf = (range: string) =>
    readUnifiedDiff(`--- a/x\n+++ b/x\n@@ ${range} @@\n+new\n`)[0]?.changes ?? [];
  assert.equal(applyHunks('a\nb\n', changesOf('-1,0 +2')), 'a\nnew\nb\n');
  assert.equal(applyHunks('a\nb\n', changesOf('-99,0 +2')), 'a\nb\nnew\n');
  assert.equal(applyHunks('a\nb\n', changesOf('-0,0 +1')), 'new\na\nb\n');
});

test('the names of both sides are read, without what git puts before them', () => {
  const names = (from: string, to: string) => {
    const [file] = readUnifiedDiff(`--- ${from}\n+++ ${to}\n@@ -1 +1 @@\n-a\n+b\n`);
    return [file?.from, file?.to];
  };
  assert.deepEqual(names('a/src/x.ts\t2026-01-01', 'b/src/x.ts'), ['src/x.ts', 'src/x.ts']);
  assert.deepEqual(names('/dev/null', 'b/x.ts'), [null, 'x.ts']);
  assert.deepEqual(names('x.ts', '/dev/null'), ['x.ts', null]);
});

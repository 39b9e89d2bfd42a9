import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { termsOf } from '../../../server/fitting/terms.ts';

const terms = (text: string) => {
  const { hashes, length } = termsOf(text);
  return [...hashes.subarray(0, length)];
};

test('an identifier is the same terms in whatever way its parts are joined', () => {
  const parts = terms('parse http request');
  for (const written of ['parseHTTPRequest', 'parse_http_request', 'ParseHttpRequest', 'PARSE-HTTP-REQUEST'])
    assert.deepEqual(terms(written), parts, written);
});

test('words are the same without their endings, and short ones keep them', () => {
  assert.deepEqual(terms('created'), terms('creating'));
  assert.deepEqual(terms('create'), terms('creates'));
  assert.notDeepEqual(terms('class'), terms('cla'));
  assert.notDeepEqual(terms('is'), terms('i'));
  assert.deepEqual(terms('septicemia'), terms('septicemic'));
  assert.notDeepEqual(terms('logic'), terms('log'));
});

test('scripts without spaces give pairs of neighbours', () => {
  assert.deepEqual(terms('条约签署'), [...terms('条约'), ...terms('约签'), ...terms('签署')]);
  assert.equal(terms('条').length, 1);
});

test('any text has no more terms than characters, and a part of it the terms of that part', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(200), (text, at) => {
      assert.ok(terms(text).length <= text.length);
      const start = Math.min(at, text.length);
      const { hashes, length } = termsOf(text, start);
      assert.deepEqual([...hashes.subarray(0, length)], terms(text.slice(start)));
    }),
  );
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { minifiedJson } from '../../../../../server/prompts/compression/rules/minified-json.ts';
import { fence, fenced, findings, shortened } from './properties.ts';

const minified = (json: string, language = 'json') =>
  fenced(shortened(minifiedJson, fence(language, json)).after);

describe('JSON in data', () => {
  it('is minified to the same value, whatever it is and however it is indented', () => {
    const isOneLine = (json: string) => !json.includes('```');
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, 2, 4, 8, '\t', ' \t '), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        fc.pre(isOneLine(json));
        const text = fence('json', json);
        const { after, again, tokensBefore, tokensAfter } = shortened(minifiedJson, text);
        assert.equal(JSON.stringify(JSON.parse(fenced(after))), JSON.stringify(JSON.parse(json)));
        assert.equal(again, after);
        if (after === text) assert.equal(tokensAfter, tokensBefore);
        else {
          assert.ok(tokensAfter < tokensBefore);
          assert.equal(fenced(after), JSON.stringify(value));
        }
      }),
    );
  });

  it('keeps numbers, escapes, the order of keys and keys that stand twice byte for byte', () => {
    const json =
      '{\n  "b": 1.50,\n  "a": 12345678901234567890123,\n  "b": 1E+2,\n  "u": "\\u00e9  \\"x\\" \\/",\n  "1": -0\n}';
    assert.equal(
      minified(json),
      '{"b":1.50,"a":12345678901234567890123,"b":1E+2,"u":"\\u00e9  \\"x\\" \\/","1":-0}',
    );
  });

  it('stays a value per line where it is JSON Lines', () => {
    const lines = '{ "id":  1,   "name":  "a" }\n{ "id":  2,   "name":  "b" }\n{ "id":  3,   "name":  "c" }';
    assert.equal(minified(lines, 'jsonl'), '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n{"id":3,"name":"c"}');
  });

  it('keeps one space beside a variable, so that no brace comes to stand beside its braces', () => {
    const json =
      '{\n    "inner": {\n        "user": {{user}}\n    },\n    "text": "for  {{name}}  and more",\n    "list": [\n        {{first}},\n        2\n    ]\n}';
    const after = minified(json);
    assert.equal(
      after,
      '{"inner":{"user": {{user}}\n},"text":"for  {{name}}  and more","list":[\n{{first}},2]}',
    );
  });

  it('is left alone with comments, with a fault, and within tags of a template', () => {
    for (const json of [
      '{\n  // why\n  "a": 1\n}',
      '{\n  "a": 1,\n}',
      '{\n  "a": [1, 2\n}',
      '[\n  {{#each items}}\n  "x",\n  {{/each}}\n  "y"\n]',
      "{\n  'a': 1\n}",
    ])
      assert.deepEqual(findings(minifiedJson, fence('json', json)), [], json);
  });

  it('is minified with line ends of Windows', () => {
    const windows = fence('json', '{\n  "name": "Ada",\n  "born": 1815\n}').replaceAll('\n', '\r\n');
    const { after } = shortened(minifiedJson, windows);
    assert.ok(after.includes('```json\r\n{"name":"Ada","born":1815}\r\n```'), after);
  });

  it('is minified without a fence and in a list', () => {
    assert.equal(
      shortened(minifiedJson, '{\n    "name": "Ada",\n    "born": 1815\n}').after,
      '{"name":"Ada","born":1815}',
    );
    assert.equal(
      shortened(minifiedJson, '- Read:\n\n  ```json\n  {\n    "name": "Ada",\n    "born": 1815\n  }\n  ```')
        .after,
      '- Read:\n\n  ```json\n  {"name":"Ada","born":1815}\n  ```',
    );
  });

  it('is left alone where it is nested deeper than anything can read', () => {
    const deep = `${'[ '.repeat(50_000)}${'] '.repeat(50_000)}`;
    assert.doesNotThrow(() => findings(minifiedJson, fence('json', deep)));
  });
});

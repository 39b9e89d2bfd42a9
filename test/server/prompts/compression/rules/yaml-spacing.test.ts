import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { yamlSpacing } from '../../../../../server/prompts/compression/rules/yaml-spacing.ts';
import { fence, fenced, findings, shortened } from './properties.ts';

const key = fc.stringMatching(/^[a-z][a-z0-9_ -]{0,8}[a-z0-9]$/);
const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', ':', '#', '-'), maxLength: 40 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** What is written with blank lines put in, or cut at its end, may be no YAML any more. */
function parses(yaml: string): boolean {
  try {
    parse(yaml);
    return true;
  } catch {
    return false;
  }
}

describe('YAML in data', () => {
  it('parses to the same value after it was tightened, whatever it holds and however it is indented', () => {
    let changed = 0;
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(2, 4, 8),
        fc.boolean(),
        fc.boolean(),
        (held, indent, indentSeq, spaced) => {
          const written = stringify(held, { indent, indentSeq }).trimEnd();
          const yaml = spaced ? written.replaceAll(/^(\w+:)/gm, '\n$1') : written;
          fc.pre(parses(yaml) && !yaml.includes('```') && !/\r|\u0085|\u2028/.test(yaml));
          const text = fence('yaml', yaml);
          const { after, again, tokensBefore, tokensAfter } = shortened(yamlSpacing, text);
          assert.equal(JSON.stringify(parse(fenced(after))), JSON.stringify(parse(yaml)));
          assert.equal(again, after);
          if (after === text) return;
          changed++;
          assert.ok(tokensAfter < tokensBefore);
        },
      ),
    );
    assert.ok(changed > 0, 'no YAML was changed');
  });

  it('keeps comments, texts of several lines and brackets byte for byte', () => {
    const text = [
      'steps:',
      '',
      '        # Why it is so',
      '        - name:   build',
      '          run: |',
      '              make  all',
      '',
      '              make test',
      '        - list: [ 1,',
      '             2 ]   # and so on',
      'last: >-',
      '      folded',
      '        text',
    ].join('\n');
    const after = fenced(shortened(yamlSpacing, fence('yaml', text)).after);
    for (const kept of [
      '# Why it is so',
      'make  all\n\n              make test',
      '[ 1,\n             2 ]   # and so on',
    ])
      assert.ok(after.includes(kept), kept);
    assert.ok(after.includes('name: build'));
    assert.equal(JSON.stringify(parse(after)), JSON.stringify(parse(text)));
  });

  it('stays within its list, and keeps line ends of Windows', () => {
    const indented = (yaml: string, before: string) => yaml.replaceAll(/^/gm, before);
    const yaml = indented(fence('yaml', 'a:\n        b:   1\n\n\n        c:   2\n\n\nd:   3'), '   ').replace(
      '   ',
      '1. ',
    );
    const { after } = shortened(yamlSpacing, yaml);
    assert.notEqual(after, yaml);
    for (const line of after.split('\n').slice(1)) assert.match(line, /^ {3}/);
    const windows = fence('yaml', 'a:\n        b:   1\n\n\n        c:   2\n').replaceAll('\n', '\r\n');
    assert.match(shortened(yamlSpacing, windows).after, /a:\r\n {1,2}b: 1\r\n {1,2}c: 2\r\n/);
  });

  it('keeps variables and is left alone where they are no values', () => {
    const text = fence('yaml', 'user:\n        name: {{name}}\n        town:   {{town}}\n\n\nmore: 1');
    const { after } = shortened(yamlSpacing, text);
    assert.match(after, /^ {1,2}name: \{\{name\}\}\n {1,2}town: \{\{town\}\}$/m);
    assert.deepEqual(findings(yamlSpacing, fence('yaml', '{{#each a}}\n        b:   1\n{{/each}}')), []);
  });

  it('is left alone with a fault, with tabs, with several documents and where a number says how a text is indented', () => {
    for (const yaml of [
      'a:\n        b: [1\n',
      'a:\n        b:\t1\n\n\nc: 2',
      'a:\n        b: 1\n---\nc:\n        d: 1',
      'a:\n        b: |2\n            text\n        c: 1',
    ])
      assert.deepEqual(findings(yamlSpacing, fence('yaml', yaml)), [], yaml);
  });
});

/**
 * Arrays of like objects as columns and rows, so that each key stands once. The values are the same, and the way back
 * is proven, but the model no longer sees each value beside its key: over many columns it may take one for another,
 * and an answer that has to repeat an object may come in the new form. So a person decides.
 */
import { columnsOf } from '../data/json-rows.ts';
import { minifyingJson } from '../data/json-text.ts';
import { contentOf, ownBlocks, replaced, trimmed, variablesIn } from '../data/places.ts';
import type { Rule } from '../rule.ts';

/** Less than a quarter is not worth another form. */
const LEAST_SHARE_SAVED = 0.25;

export const jsonColumns: Rule = {
  id: 'json-columns',
  title: 'JSON as columns and rows',
  what: 'Writes an array of objects with the same keys as a row of keys and rows of values, where that takes at least a quarter fewer tokens than minified JSON. The model reads the same values in another form.',
  risk: 'review',
  keeps: 'value',
  examples: [
    {
      before:
        '```json\n[{"product":"apple","price":1.20,"in_stock":true},{"product":"pear","price":0.80,"in_stock":false},{"product":"plum","price":2.10,"in_stock":true},{"product":"fig","price":3.00,"in_stock":true}]\n```',
      after:
        '```json\n[["product","price","in_stock"],["apple",1.20,true],["pear",0.80,false],["plum",2.10,true],["fig",3.00,true]]\n```',
    },
  ],
  leaves: [
    '```json\n[{"product":"apple"},{"price":2}]\n```',
    '```json\n[{"id":1,"tags":["a"]},{"id":2,"tags":["b"]},{"id":3,"tags":["c"]},{"id":4,"tags":["d"]}]\n```',
    '```json\n[{"id":1}]\n```',
  ],
  *find(prompt) {
    const isJson = ({ kind, language }: { readonly kind: string; readonly language: string }) =>
      kind === 'data' && language === 'json';
    for (const { passage, index, block } of ownBlocks(prompt, isJson)) {
      const span = trimmed(passage.text, contentOf(passage.text, block));
      if (passage.text[span.start] !== '[' || variablesIn(passage, span)?.length !== 0) continue;
      const text = passage.text.slice(span.start, span.end);
      const blanks = minifyingJson(text, []);
      const minified = blanks === null ? '' : replaced(text, blanks);
      const columns = columnsOf(minified);
      if (columns === null) continue;
      if (prompt.tokens(columns) > prompt.tokens(minified) * (1 - LEAST_SHARE_SAVED)) continue;
      yield {
        passage: index,
        ...span,
        edits: [{ passage: index, ...span, replacement: columns }],
        message:
          'Write this array as a row of keys and rows of values, if the answer does not depend on its form.',
      };
    }
  },
};

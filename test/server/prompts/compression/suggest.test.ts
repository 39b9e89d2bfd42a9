import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding, Rule } from '../../../../server/prompts/compression/rule.ts';
import { RULES } from '../../../../server/prompts/compression/rules.ts';
import { suggest } from '../../../../server/prompts/compression/suggest.ts';
import { compressed, measure, userPrompt } from './prompts.ts';

/** A rule that deletes every occurrence of a text. */
function deleting(id: string, deleted: string): Rule {
  return {
    id,
    title: id,
    what: `Deletes ${deleted}.`,
    risk: 'low',
    keeps: 'all',
    examples: [],
    leaves: [],
    *find({ passages }) {
      for (const [passage, { text }] of passages.entries()) {
        for (let start = text.indexOf(deleted); start !== -1; start = text.indexOf(deleted, start + 1)) {
          const end = start + deleted.length;
          yield {
            passage,
            start,
            end,
            message: id,
            edits: [{ passage, start, end, replacement: '' }],
          } satisfies Finding;
        }
      }
    },
  };
}

const failing: Rule = {
  ...deleting('failing', ''),
  find: () => {
    throw new Error('broken');
  },
};

describe('The suggestions for a prompt', () => {
  it('come in the order of their places, with what each saves alone', () => {
    const text = 'go really far and very far and really fast';
    const { suggestions } = suggest(userPrompt(text), {
      rules: [deleting('very', ' very'), deleting('really', ' really')],
    });
    assert.deepEqual(
      suggestions.map(({ rule, finding, saved }) => [rule.id, finding.start, saved]),
      [
        ['really', 2, 1],
        ['very', 17, 1],
        ['really', 30, 1],
      ],
    );
  });
  it('leave out rules that are switched off', () => {
    const { suggestions } = suggest(userPrompt('a very far b'), {
      rules: [deleting('very', ' very')],
      off: new Set(['very']),
    });
    assert.deepEqual(suggestions, []);
  });
  it('name a rule that fails, and have what the others found', () => {
    const { suggestions, failed } = suggest(userPrompt('a very far b'), {
      rules: [failing, deleting('very', ' very')],
    });
    assert.deepEqual(failed, ['failing']);
    assert.equal(suggestions.length, 1);
  });
  it('are no more than the limit, and the rest is counted', () => {
    const { suggestions, left } = suggest(userPrompt('go very far. '.repeat(30)), {
      rules: [deleting('very', ' very')],
      limit: 10,
    });
    assert.equal(suggestions.length, 10);
    assert.equal(left, 20);
  });
  it('never leave a message blank, together or one by one, and leave as much as they can', () => {
    const rules = [deleting('first', 'go very far'), deleting('second', ' and home')];
    const whole = suggest(userPrompt('go very far and home'), { rules });
    assert.deepEqual(
      whole.suggestions.map(({ rule }) => rule.id),
      ['first'],
    );
    assert.equal(whole.dropped, 1);
    assert.deepEqual(suggest(userPrompt('Hello'), { rules: RULES }).suggestions, []);
    assert.deepEqual(suggest(userPrompt('<!-- only a remark -->'), { rules: RULES }).suggestions, []);
  });
  it('have nothing that saves less than is wanted, or nothing at all', () => {
    const rules = [deleting('space', ' ')];
    assert.deepEqual(suggest(userPrompt('far \nfar'), { rules }).suggestions, []);
    assert.deepEqual(
      suggest(userPrompt('go very far'), { rules: [deleting('very', ' very')], minimumTokens: 2 })
        .suggestions,
      [],
    );
  });
  it('have nothing that loses what is kept, and it is counted', () => {
    const { suggestions, dropped } = suggest(userPrompt('do not go'), { rules: [deleting('not', ' not')] });
    assert.deepEqual(suggestions, []);
    assert.equal(dropped, 1);
  });
  it('never lose anything to the net in the examples of the rules themselves', () => {
    for (const rule of RULES) {
      for (const { before } of rule.examples) {
        assert.equal(suggest(userPrompt(before), { rules: [rule] }).dropped, 0, `${rule.id}: ${before}`);
      }
    }
  });
});

describe('A prompt with everything applied', () => {
  it('has the edits of the earlier rule where two meet', () => {
    const rules = [deleting('really far', ' really far'), deleting('far and', ' far and')];
    assert.deepEqual(compressed(userPrompt('go really far and on'), rules), ['go and on']);
  });
  it('is done when nothing is found, though one rule makes work for another', () => {
    const rules = [deleting('inner', ' very'), deleting('outer', ' far far')];
    assert.deepEqual(compressed(userPrompt('go far very far on'), rules), ['go on']);
  });
  it('stays as it is where a rule fails', () => {
    assert.deepEqual(compressed(userPrompt('go very far'), [failing]), ['go very far']);
  });
  it('has fewer tokens', () => {
    const text = 'Write   this    down.  \n\n\n \n\n\nThen   stop.';
    const [after = ''] = compressed(userPrompt(text), RULES);
    assert.ok(measure.tokens(after) < measure.tokens(text));
  });
});

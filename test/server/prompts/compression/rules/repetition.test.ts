import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PromptText } from '../../../../../server/prompts/compression/prompt-text.ts';
import { readPromptText } from '../../../../../server/prompts/compression/read-prompt-text.ts';
import { contradictions } from '../../../../../server/prompts/compression/rules/contradictions.ts';
import { fewShotDuplicates } from '../../../../../server/prompts/compression/rules/few-shot-duplicates.ts';
import { fewShotTooMany } from '../../../../../server/prompts/compression/rules/few-shot-too-many.ts';
import { nearRepeatedSentences } from '../../../../../server/prompts/compression/rules/near-repeated-sentences.ts';
import { repeatedInstructionPerItem } from '../../../../../server/prompts/compression/rules/repeated-instruction-per-item.ts';
import { repeatedSentences } from '../../../../../server/prompts/compression/rules/repeated-sentences.ts';
import { compressed, measure, userPrompt } from '../prompts.ts';

const RULE = 'Answer in the language of the user.';

describe('Repeated sentences', () => {
  it('go from the prompt where an included file has them, whichever comes first', () => {
    const prompt: PromptText = readPromptText(
      {
        passages: [
          { text: `List the risks. ${RULE}` },
          { text: `${RULE} Be brief.`, includedFrom: 'style.md' },
        ],
      },
      measure,
    );
    const [found, ...more] = [...repeatedSentences.find(prompt)];
    assert.deepEqual(more, []);
    assert.deepEqual(found?.edits, [{ passage: 0, start: 15, end: 51, replacement: '' }]);
    assert.match(found?.message ?? '', /style\.md/);
  });
  it('go across messages', () => {
    const prompt = readPromptText(
      {
        passages: [
          { text: RULE, role: 'system' },
          { text: `List the risks.\n\n${RULE}`, role: 'user' },
        ],
      },
      measure,
    );
    const [found] = [...repeatedSentences.find(prompt)];
    assert.equal(found?.passage, 1);
  });
  it('take their whole paragraph with them', () => {
    const text = `${RULE} Name all of the sources.\n\nList the risks.\n\n${RULE} Name all of the sources.\n\nStop then.`;
    assert.deepEqual(compressed(userPrompt(text), [repeatedSentences]), [
      `${RULE} Name all of the sources.\n\nList the risks.\n\nStop then.`,
    ]);
  });
  for (const text of [
    '- [ ] Run every test of the suite\n- Label this with its name in the list.\n\nThen label this with its name in the list.',
    'User: Tell me about the weather in town.\nBot: Sure.\n\nUser: Tell me about the weather in town.\nBot: No.',
    '"Come back to the house tonight."\n\nHe waits.\n\n"Come back to the house tonight."',
    'const total = count(all of the items);\n\nconst total = count(all of the items);',
    `## One\n\n${RULE}\n\n## Two\n\n${RULE}\n\n## Three`,
  ])
    it(`stay where they are data or belong to their place: ${JSON.stringify(text.slice(0, 50))}`, () => {
      assert.deepEqual([...repeatedSentences.find(userPrompt(text))], []);
    });
});

describe('Nearly repeated sentences', () => {
  for (const other of [
    'Never explain the technical terms of the plan in simple words.',
    'Explain the 3 technical terms of the plan in simple words.',
    'Explain the technical terms of the plan in simple French words.',
  ])
    it(`stay where a negation, a number or a name differs: ${other}`, () => {
      const text = `Explain the technical terms of the plan in simple words. List the risks. ${other}`;
      assert.deepEqual([...nearRepeatedSentences.find(userPrompt(text))], []);
    });
  it('stay where the same words go the other way', () => {
    const text =
      'Translate the long text from plain French words to plain Dutch. Translate the long text from plain Dutch to plain French words.';
    assert.deepEqual([...nearRepeatedSentences.find(userPrompt(text))], []);
  });
});

describe('An instruction on every item', () => {
  it('stays where one item differs', () => {
    const text =
      'Write these for the team:\n\n- a title in plain words\n- a summary in plain words\n- a comment in French';
    assert.deepEqual([...repeatedInstructionPerItem.find(userPrompt(text))], []);
  });
  it('stays where no line above the list could say it', () => {
    const text =
      '# These\n\n- a title in plain words of the team\n- a summary in plain words of the team\n- a comment in plain words of the team';
    assert.deepEqual([...repeatedInstructionPerItem.find(userPrompt(text))], []);
  });
});

describe('Contradictions', () => {
  it('name the line of the other instruction', () => {
    const text =
      'Help the user with the plan.\nBe concise.\n\nList the risks for the team.\n\nBe comprehensive.';
    const [found] = [...contradictions.find(userPrompt(text))];
    assert.match(found?.message ?? '', /line 2/);
  });
  for (const text of [
    'Answer in French. List the risks for the user. Answer in French only.',
    'Answer in JSON. Use Markdown for the notes of the user.',
    'Always answer the user if the sun is out. Never answer the user if the sun is in.',
  ])
    it(`are not seen in ${JSON.stringify(text)}`, () => {
      assert.deepEqual([...contradictions.find(userPrompt(text))], []);
    });
});

describe('Few-shot examples', () => {
  const section = (number: number, words: string): string => `### Example ${number}\n\n${words}`;
  const long = 'the room was lovely, the view was wide and the staff was kind to all of us';
  it('that are the same but for a number are pointed at and stay', () => {
    const text = [section(1, long), section(2, 'the food was cold'), section(3, `${long} 77`)].join('\n\n');
    const [found, ...more] = [...fewShotDuplicates.find(userPrompt(text))];
    assert.deepEqual(more, []);
    assert.deepEqual(found?.edits, []);
    assert.equal(text.slice(found?.start, found?.end), section(3, `${long} 77`));
  });
  it('stay at least three, however alike they are', () => {
    const words = ['kind with us', 'rude at noon', 'slow or late', 'glad of it', 'busy all day'];
    const text = words
      .map((end, at) => section(at + 1, `the room was lovely and the staff was ${end}`))
      .join('\n\n');
    assert.equal([...fewShotTooMany.find(userPrompt(text))].length, 2);
  });
  it('in a block of code are none', () => {
    const text = `Use the form:\n\n\`\`\`\nInput: ${long}\nOutput: good\n\nInput: ${long}\nOutput: good\n\`\`\``;
    assert.deepEqual([...fewShotDuplicates.find(userPrompt(text))], []);
  });
});

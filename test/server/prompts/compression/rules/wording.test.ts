import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Rule } from '../../../../../server/prompts/compression/rule.ts';
import { doubledEmphasis } from '../../../../../server/prompts/compression/rules/doubled-emphasis.ts';
import { emptyLeadIns } from '../../../../../server/prompts/compression/rules/empty-lead-ins.ts';
import { fillerWords } from '../../../../../server/prompts/compression/rules/filler-words.ts';
import { greetingsAndThanks } from '../../../../../server/prompts/compression/rules/greetings-and-thanks.ts';
import { indirectInstructions } from '../../../../../server/prompts/compression/rules/indirect-instructions.ts';
import { inputAnnouncements } from '../../../../../server/prompts/compression/rules/input-announcements.ts';
import { politeness } from '../../../../../server/prompts/compression/rules/politeness.ts';
import { restatedRole } from '../../../../../server/prompts/compression/rules/restated-role.ts';
import { rolePlayPreamble } from '../../../../../server/prompts/compression/rules/role-play-preamble.ts';
import { roleStatement } from '../../../../../server/prompts/compression/rules/role-statement.ts';
import { throatClearing } from '../../../../../server/prompts/compression/rules/throat-clearing.ts';
import { unaskedInstructions } from '../../../../../server/prompts/compression/rules/unasked-instructions.ts';
import { articleBefore } from '../../../../../server/prompts/compression/rules/wording/article.ts';
import { isEnglish } from '../../../../../server/prompts/compression/rules/wording/english.ts';
import { gerundOf } from '../../../../../server/prompts/compression/rules/wording/verbs.ts';
import { wordsOf } from '../../../../../server/prompts/compression/rules/wording/words.ts';
import { WORDY_PHRASES } from '../../../../../server/prompts/compression/rules/wording/wordy-phrases.ts';
import { wordyPhrases } from '../../../../../server/prompts/compression/rules/wordy-phrases.ts';
import { compressed, userPrompt } from '../prompts.ts';

const LOW: readonly Rule[] = [
  politeness,
  greetingsAndThanks,
  throatClearing,
  indirectInstructions,
  fillerWords,
  wordyPhrases,
  doubledEmphasis,
  roleStatement,
  emptyLeadIns,
];

const reworded = (rules: readonly Rule[], before: string): string =>
  compressed(userPrompt(before), rules)[0] ?? '';

/** [rule, before, after] */
const CASES: ReadonlyArray<readonly [Rule, string, string]> = [
  [politeness, 'If you can, please, list the files.', 'If you can, list the files.'],
  [politeness, 'Additionally, please explain the terms.', 'Additionally, explain the terms.'],
  [politeness, 'Use the word "please" once in the text.', 'Use the word "please" once in the text.'],
  [politeness, 'PLEASE list the files of the user.', 'PLEASE list the files of the user.'],
  [politeness, '**Please** list the files of the user.', '**Please** list the files of the user.'],
  [throatClearing, 'Note that {{name}} is a variable of the user.', '{{name}} is a variable of the user.'],
  [throatClearing, 'Be aware that it is late.', 'It is late.'],
  [fillerWords, 'Write a very important note to the team.', 'Write an important note to the team.'],
  [fillerWords, 'Write an extremely useful note to the team.', 'Write a useful note to the team.'],
  [fillerWords, 'Is it really important to the user?', 'Is it really important to the user?'],
  [wordyPhrases, 'Serve a diverse range of clients.', 'Serve diverse clients.'],
  [wordyPhrases, 'Serve a wide variety of clients.', 'Serve various clients.'],
  [wordyPhrases, 'Write a plan that takes into account the costs.', 'Write a plan that considers the costs.'],
  [
    wordyPhrases,
    'Write a plan that takes into account hiring two people.',
    'Write a plan that takes into account hiring two people.',
  ],
  [
    wordyPhrases,
    'Keep the group together in each of the shots.',
    'Keep the group together in each of the shots.',
  ],
  [
    wordyPhrases,
    'You are an expert in papers with a focus on their flaws.',
    'You are an expert in papers with a focus on their flaws.',
  ],
  [wordyPhrases, 'List the songs that are similar to this one.', 'List the songs similar to this one.'],
  [
    rolePlayPreamble,
    'You are a developer with a keen eye for detail and a deep love of order.',
    'You are a developer with a deep love of order.',
  ],
  [
    inputAnnouncements,
    'I will provide you of a note, and you will write a song.',
    'I will provide you of a note, and you will write a song.',
  ],
  [
    inputAnnouncements,
    'I will give you a note and your task is to write a song.',
    'Given a note, write a song.',
  ],
  [unaskedInstructions, 'Sort by date. Provide helpful answers.', 'Sort by date. Provide helpful answers.'],
  [wordyPhrases, 'In the event that it fails, stop.', 'If it fails, stop.'],
  [wordyPhrases, 'It stops if you make use of the lock.', 'It stops if you use the lock.'],
  [wordyPhrases, 'It works by making use of the lock.', 'It works by using the lock.'],
  [wordyPhrases, 'Offer a variety of topics to the user.', 'Offer various topics to the user.'],
  [
    wordyPhrases,
    'You have a variety of experience in the field.',
    'You have a variety of experience in the field.',
  ],
  [wordyPhrases, 'Run it in\norder to see the result.', 'Run it in\norder to see the result.'],
  [wordyPhrases, 'Print `in order to` and the rest.', 'Print `in order to` and the rest.'],
  [wordyPhrases, 'I would like to know the price of the car.', 'I want to know the price of the car.'],
  [indirectInstructions, 'You are tasked with creating a plan for the team.', 'Create a plan for the team.'],
  [
    indirectInstructions,
    'You are tasked with creating a plan and writing a report.',
    'You are tasked with creating a plan and writing a report.',
  ],
  [indirectInstructions, 'I want you to reply only with code.', 'Reply only with code.'],
  [indirectInstructions, 'You should not explain the code.', 'You should not explain the code.'],
  [
    indirectInstructions,
    'You will help me and I will pay the bill.',
    'You will help me and I will pay the bill.',
  ],
  [
    roleStatement,
    'Act as a guide, host or cook. You are an expert in the town.',
    'Act as a guide, host or cook. You are an expert in the town.',
  ],
  [
    emptyLeadIns,
    'Help the team.\n\n- Read the text.\n\nYou will:\n- Write the plan.',
    'Help the team.\n\n- Read the text.\n\nYou will:\n- Write the plan.',
  ],
  [doubledEmphasis, 'Use !important in CSS, and never !!x.', 'Use !important in CSS, and never !!x.'],
  [
    restatedRole,
    'Act as a code tutor for beginners, an expert in teaching code to beginners. Teach me.',
    'Act as a code tutor for beginners. Teach me.',
  ],
  [
    rolePlayPreamble,
    'You are a seasoned expert in the law of the sea.',
    'You are an expert in the law of the sea.',
  ],
  [
    unaskedInstructions,
    '1. Sort the list of names.\n2. Think carefully.',
    '1. Sort the list of names.\n2. Think carefully.',
  ],
  [
    unaskedInstructions,
    '## Rules\n\nThink carefully.\n\n## Task\n\nSort the list.',
    '## Rules\n\nThink carefully.\n\n## Task\n\nSort the list.',
  ],
];

describe('A wording rule', () => {
  for (const [rule, before, expected] of CASES)
    it(`${rule.id} ${before === expected ? 'leaves' : 'rewords'} ${JSON.stringify(before)}`, () => {
      assert.equal(reworded([rule], before), expected);
    });

  it('leaves a prompt in another language alone', () => {
    const german =
      'Bitte schreibe einen very important Text, und please denke daran, in order to helfen, was der Nutzer will.';
    assert.equal(reworded(LOW, german), german);
  });

  const sentences = fc.constantFrom(
    'Please list the files.',
    'Kindly, please note that it is late.',
    'I want you to act as a very helpful guide of the town.',
    'Thank you!',
    'You should make sure to provide an explanation of the plan in order to help the team.',
    'It is important to note that a really unique idea is quite important, due to the fact that it is new.',
    'As well as that, please feel free to ask {{name}} at all times.',
    'You are tasked with summarizing the text.',
    'Act as a guide. You are an expert in the town.',
    'First and foremost, with that in mind, keep track of the time.',
    '- I would like to know a number of things, in addition.',
  );
  const prompts = fc
    .array(fc.tuple(sentences, fc.constantFrom(' ', '\n', '\n\n')), { minLength: 1, maxLength: 8 })
    .map((parts) =>
      parts
        .map(([sentence, space]) => sentence + space)
        .join('')
        .trim(),
    );

  it('leaves a capital at the start of every sentence, and no doubled space or comma', () => {
    fc.assert(
      fc.property(prompts, (before) => {
        const text = reworded(LOW, before);
        assert.doesNotMatch(text, /\S {2,}|,\s*,|\s[,.!]|^\s|\s$/);
        assert.doesNotMatch(text, /(?:^|[.!?]\s+)[a-z]/);
        assert.doesNotMatch(text, /\ba [aeio]|\ban [bcdfgjklmnpqrstvwxyz]/);
        assert.doesNotMatch(text, /\b(?:and|to|that)[.!]/);
      }),
    );
  });
});

describe('The table of wordy phrases', () => {
  it('is long, and writes everything shorter', () => {
    assert.ok(WORDY_PHRASES.length > 250);
    for (const { from, to } of WORDY_PHRASES) assert.ok(to.length < from.length, from);
  });
});

describe('The helpers of wording rules', () => {
  it('find words with their places', () => {
    const text = "Don't re-use “it’s” — 3 Äpfel…";
    assert.deepEqual(
      wordsOf(text, 0, text.length).map(({ start, end, lower }) => [text.slice(start, end), lower]),
      [
        ["Don't", "don't"],
        ['re-use', 're-use'],
        ['it’s', "it's"],
        ['3', '3'],
        ['Äpfel', 'äpfel'],
      ],
    );
  });
  it('know the article before a word, and when they do not', () => {
    const known = ['hour', 'house', 'user', 'unusual', 'umbrella', 'one', 'SQL', 'API', '3rd'].map(
      articleBefore,
    );
    assert.deepEqual(known, ['an', 'a', 'a', 'an', 'an', 'a', null, 'an', null]);
  });
  it('know English from its neighbours', () => {
    const passage = (text: string) => userPrompt(text).passages[0] ?? assert.fail();
    assert.ok(isEnglish(passage('List the files of the folder and tell me which of them are new.')));
    assert.ok(
      !isEnglish(
        passage('Liste die Dateien in dem Ordner auf und sage mir, welche von ihnen neu sind, bitte.'),
      ),
    );
    assert.ok(
      !isEnglish(passage('Escribe una lista de los archivos de la carpeta y dime cuales son nuevos.')),
    );
    assert.ok(!isEnglish(passage('请列出文件夹中的文件')));
  });
  it('know the -ing form', () => {
    assert.deepEqual(['create', 'plan', 'edit', 'format', 'debug'].map(gerundOf), [
      'creating',
      'planning',
      'editing',
      'formatting',
      'debugging',
    ]);
  });
});

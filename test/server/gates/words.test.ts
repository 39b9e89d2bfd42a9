/** Gates on how an answer ended and what it says of itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishReason } from '../../../server/gates/finish-reason.ts';
import { hedging } from '../../../server/gates/hedging.ts';
import { notEmpty } from '../../../server/gates/not-empty.ts';
import { refusal } from '../../../server/gates/refusal.ts';
import { relevance } from '../../../server/gates/relevance.ts';
import { complaintOf, makeAnswer, makeQuestion } from '../../support/gate-fixtures.ts';

test('an answer that was cut or filtered is rejected, one that ended is not', async () => {
  assert.match((await complaintOf(finishReason, makeAnswer('The', { reason: 'length' }))) ?? '', /cut/);
  assert.match(
    (await complaintOf(finishReason, makeAnswer('', { reason: 'content_filter' }))) ?? '',
    /filter/,
  );
  assert.equal(await complaintOf(finishReason, makeAnswer('Done.')), null);
  assert.equal(await complaintOf(finishReason, makeAnswer('', { reason: 'tool_calls' })), null);
});

test('an answer of nothing, white space or unseen characters is empty', async () => {
  for (const text of ['', ' \n\t', '\u200B\uFEFF\u2060', '\u0000'])
    assert.match((await complaintOf(notEmpty, text)) ?? '', /empty/);
});

test('one character, an emoji, a tool call or a refusal is not empty', async () => {
  for (const text of ['7', '👍', '。']) assert.equal(await complaintOf(notEmpty, text), null);
  assert.equal(
    await complaintOf(notEmpty, makeAnswer('', { toolCalls: [{ name: 'look', arguments: '{}' }] })),
    null,
  );
  assert.equal(await complaintOf(notEmpty, makeAnswer('', { refusal: 'No.' })), null);
});

const REFUSALS = [
  "I'm sorry, but I can't help with that.",
  'I’m sorry, but I can’t assist with that request.',
  'I cannot provide that information.',
  "I'm unable to assist with this.",
  'I am not able to comply with that request.',
  'As an AI language model, I cannot browse the internet.',
  'I must respectfully decline.',
  'Es tut mir leid, aber ich kann dabei nicht helfen.',
  'Désolé, mais je ne peux pas vous aider.',
  'Je suis désolé, mais je ne peux pas répondre.',
  'Lo siento, pero no puedo ayudarte con eso.',
  'Mi dispiace, ma non posso aiutarti.',
  'Desculpe, mas não posso ajudar com isso.',
  'Извините, но я не могу помочь с этим.',
  '抱歉，我无法回答这个问题。',
  '很抱歉，但我不能提供这些信息。',
  '申し訳ありませんが、お答えできません。',
  '죄송하지만 도와드릴 수 없습니다.',
  'عذرًا، لا أستطيع مساعدتك في ذلك.',
];
for (const text of REFUSALS)
  test(`a refusal is one: ${text}`, async () =>
    assert.match((await complaintOf(refusal, text)) ?? '', /declined/));

const ANSWERS = [
  'I can help with that: use a map.',
  "The function can't return null here, so the check is not needed.",
  'You cannot provide two default exports in one module.',
  'Sorry for the confusion in the documentation: the flag was renamed.',
  'Dear Ms Lovelace, I am sorry that I was late on Monday.',
  'Ich kann das Verfahren empfehlen.',
  '抱歉这个词的意思是 sorry。',
];
for (const text of ANSWERS)
  test(`an answer is no refusal: ${text}`, async () => assert.equal(await complaintOf(refusal, text), null));

test("the provider's own refusal counts, and is quoted briefly", async () => {
  const why = (await complaintOf(refusal, makeAnswer('', { refusal: 'I will not. '.repeat(50) }))) ?? '';
  assert.match(why, /declined/);
  assert.ok(why.length < 130);
});

test('a translation of an apology, and one that was asked for in these words, are no refusals', async () => {
  const text = "I'm sorry, but I can't help you move.";
  assert.equal(await complaintOf(refusal, text, makeQuestion('Translate.', { kind: 'translate' })), null);
  assert.equal(await complaintOf(refusal, text, makeQuestion(`Make this friendlier: ${text}`)), null);
});

test('an answer that doubts itself is noticed, in several languages', async () => {
  for (const text of [
    "I'm not sure, but it could be 7.",
    'The result is 12. Wait, that is wrong.',
    'Let me recalculate: 4.',
    'I might be wrong about this.',
    'Ich bin mir nicht sicher, ob das stimmt.',
    'Je ne suis pas sûr de la réponse.',
    '我不确定这个答案。',
    'لست متأكد من ذلك',
  ])
    assert.match((await complaintOf(hedging, text)) ?? '', /doubts itself/, text);
});

test('softening words in numbers are noticed, one or two of them are style', async () => {
  const soft = 'Perhaps it is 3, probably 4, possibly 5, or I think maybe 6. It seems I guess.';
  assert.match((await complaintOf(hedging, soft)) ?? '', /leaves itself open/);
  assert.equal(await complaintOf(hedging, 'It is probably the cache. I think you should clear it.'), null);
});

test('doubt within code is the code’s', async () => {
  assert.equal(
    await complaintOf(hedging, '```js\n// I am not sure why\nlet a = 1;\n```\nThis keeps the comment.'),
    null,
  );
});

const ABOUT_BREAD =
  'Knead flour, water, salt and yeast for ten minutes. Leave the dough to rise under a cloth for two hours, shape a loaf, and bake it in a hot oven until the crust sounds hollow when you knock on it. Cool it on a rack before slicing.';

test('a long answer that has no term of its question is noticed', async () => {
  const asked = makeQuestion('Which PostgreSQL index speeds up prefix searches on varchar columns?');
  assert.match((await complaintOf(relevance, ABOUT_BREAD, asked)) ?? '', /no term/);
});

test('one that has, a short one, one in another script and code are not', async () => {
  const asked = makeQuestion('How do bakers shape loaves from risen dough?');
  assert.equal(await complaintOf(relevance, ABOUT_BREAD, asked), null);
  const other = makeQuestion('Which PostgreSQL index speeds up prefix searches on varchar columns?');
  assert.equal(await complaintOf(relevance, 'A btree with text_pattern_ops.', other), null);
  assert.equal(await complaintOf(relevance, '这个函数返回列表中的第一个元素。'.repeat(30), other), null);
  assert.equal(await complaintOf(relevance, `${ABOUT_BREAD}\n\`\`\`sql\nselect 1;\n\`\`\``, other), null);
  assert.equal(await complaintOf(relevance, ABOUT_BREAD, { ...other, kind: 'classify' }), null);
});

test('Chinese is compared in pairs of characters', async () => {
  const asked = makeQuestion('如何在数据库中创建索引以加快查询速度？');
  const bread = '面粉和水混合揉成面团。'.repeat(30);
  assert.match((await complaintOf(relevance, bread, asked)) ?? '', /no term/);
  assert.equal(await complaintOf(relevance, `${bread}然后创建索引。`, asked), null);
});

test('what is asked is outside of the context', async () => {
  const asked = makeQuestion(
    `<context name="bread.md">\n${ABOUT_BREAD}\n</context>\nWhich PostgreSQL index speeds up prefix searches on varchar columns?`,
  );
  assert.match((await complaintOf(relevance, ABOUT_BREAD, asked)) ?? '', /no term/);
});

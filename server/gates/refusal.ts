import type { Gate } from './gate.ts';
import { proseOf } from './prose.ts';
import { questionOf } from './question.ts';
import { quote } from './quote.ts';

/** Nobody refuses at length; a long answer that begins so goes on with something useful. */
const MOST_CHARACTERS = 1500;

/** Where a refusal stands. */
const FIRST_CHARACTERS = 300;

const SORRY = `(?:(?:i'm|i am|we're|we are) (?:very |really |so |truly )?sorry|sorry|i apologi[sz]e|apologies|unfortunately)[,.]?(?: but)?,? `;
const HELP = String.raw`(?:help|assist|compl(?:y|ete) (?:with|that|this)|provide|fulfil+|answer (?:that|this)|do that|discuss|generate|create|produce|write (?:that|this)|share|continue with|engage|support (?:that|this)|access)\b`;
const CANNOT = `(?:can't|cannot|can not|won't|will not|am unable to|am not able to|'m unable to|'m not able to|'m not comfortable)`;

/** The usual first words of a model that does not answer. Each begins the text, but for an apology before it. */
const REFUSALS: readonly RegExp[] = [
  new RegExp(String.raw`^(?:${SORRY})?(?:i|we) ?${CANNOT} (?:\w+ ){0,3}${HELP}`, 'i'),
  new RegExp(`^${SORRY}(?:that's|this is|it's) (?:something|not something) (?:i|we) `, 'i'),
  /^as an? (?:ai|artificial intelligence|(?:large )?language model)\b[^.!?\n]{0,120}?(?:can't|cannot|unable|not able|don't have|do not have)/i,
  /^i must (?:respectfully )?(?:decline|refuse)/i,
  /^(?:es )?tut mir leid,? (?:aber )?(?:ich|dabei|das|bei|damit)\b[^.!?\n]{0,60}(?:nicht|kein)/i,
  /^(?:leider )?(?:ich )?(?:kann|darf) (?:ich )?(?:dir |ihnen )?(?:dabei|damit|das|diese[rsn]?|leider)\b[^.!?\n]{0,60}nicht/i,
  /^(?:je suis )?désolée?,? (?:mais )?je ne (?:peux|suis)/i,
  /^lo siento,? (?:pero )?no (?:puedo|me es posible)/i,
  /^(?:mi dispiace|spiacente),? (?:ma )?non posso/i,
  /^(?:desculpe|sinto muito|lamento),? (?:mas )?não posso/i,
  /^(?:het )?spijt me,? (?:maar )?ik kan/i,
  /^(?:извините|простите|к сожалению|прошу прощения)[^.!?\n]{0,20}не (?:могу|в состоянии)/i,
  /^(?:przepraszam|przykro mi),? (?:ale )?nie mogę/i,
  /^üzgünüm,? (?:ama |ancak )?[^.!?\n]{0,60}(?:yardımcı olamam|yapamam|olamıyorum)/i,
  /^(?:很|非常)?(?:抱歉|对不起|對不起|不好意思)[，,。 ]{0,2}(?:但|但是)?(?:我|作为)[^。！？\n]{0,12}(?:无法|無法|不能|不会)/,
  /^(?:申し訳(?:ありません|ございません)|すみません|ごめんなさい)[^。！？\n]{0,40}(?:できません|できかねます|お答えでき)/,
  /^(?:죄송하지만|죄송합니다)[^.!?\n]{0,60}(?:없습니다|어렵습니다|않습니다)/,
  /^(?:عذر[اًا]+|آسف|أعتذر)[،,]?[^.!?؟\n]{0,30}(?:لا أستطيع|لا يمكنني|لن أتمكن)/,
  /^(?:क्षमा करें|माफ़? ?कीजिए)[^।!?\n]{0,60}(?:नहीं)/,
];

/**
 * The provider says that the model refused, or its first words are a refusal. What a translation says is not its
 * translator's, and words that stand in the question may be asked for.
 */
export const refusal: Gate = {
  name: 'refusal',
  weight: 'hard',
  check: (answer, call) => {
    if (answer.refusal !== '')
      return { gate: 'refusal', why: `The model declined to answer: ${quote(answer.refusal)}.` };
    if (call.kind === 'translate' || answer.toolCalls.length > 0 || answer.text.length > MOST_CHARACTERS)
      return null;
    const opening = proseOf(answer).trim().slice(0, FIRST_CHARACTERS);
    const found = REFUSALS.map((refused) => refused.exec(opening)?.[0]).find((words) => words !== undefined);
    if (found === undefined || questionOf(call).replace(/[’ʼ]/g, "'").includes(found)) return null;
    return { gate: 'refusal', why: `The model declined to answer: ${quote(found)}.` };
  },
};

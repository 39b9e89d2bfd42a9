import type { Gate } from './gate.ts';
import { proseOf } from './prose.ts';
import { quote } from './quote.ts';

/** So many softening words within an answer are a habit of style; more are doubt. */
const MOST_HEDGES = 3;

/** An answer that takes itself back. */
const SELF_DOUBT =
  /\b(?:i(?:'m| am) (?:not (?:entirely |completely |quite |100% |really |totally )?(?:sure|certain|confident)|unsure|just guessing|only guessing)|i (?:don't|do not) (?:actually |really )?(?:know|remember) (?:for sure|exactly|the answer|how to|whether|what|if)|i (?:might|may|could) be (?:wrong|mistaken)|my (?:best )?guess (?:is|would be)|i made (?:a mistake|an error)|(?:wait|hmm|hold on|oops)[,.] (?:that|this|no|i|let|actually)|let me (?:re-?check|re-?calculate|reconsider|re-?do|try (?:that |this )?again|correct (?:that|myself))|(?:actually|no), (?:that|this)(?:'s| is) (?:wrong|incorrect|not (?:right|correct))|(?:please |you should )?(?:double-?check|verify) (?:this|that|my) (?:answer|result|calculation|code)|take this with a grain of salt)|(?<!\p{L})(?:ich bin (?:mir )?nicht (?:ganz )?sicher|ich weiß es nicht|da bin ich überfragt|je ne suis pas (?:sûre?|certaine?)|je ne sais pas (?:exactement|si)|no estoy (?:muy |completamente )?segur[oa]|non (?:ne )?sono sicur[oa]|não tenho certeza|ik weet het niet zeker|nie jestem pewien|я не (?:уверена?|знаю точно))(?!\p{L})|我不(?:太|是很)?确定|我不(?:太)?清楚|よくわかりません|確信はありません|확실하지 않습니다|لست متأكد/iu;

/** Words that leave it open. */
const HEDGES =
  /\b(?:i think|i believe|i guess|i suppose|i assume|probably|perhaps|possibly|presumably|it seems(?: that)?|it might be|it could be|as far as i know|if i recall|if i remember)\b|(?<!\p{L})(?:vielleicht|vermutlich|wahrscheinlich|ich glaube|ich denke|peut-être|probablement|quizás|probablemente|forse|probabilmente|talvez|наверное|возможно)(?!\p{L})|也许|可能是|大概|たぶん|かもしれません|아마도|ربما/giu;

/** Words of doubt about itself: a reason to look at the answer again, none by itself to throw it away. */
export const hedging: Gate = {
  name: 'hedging',
  weight: 0.35,
  check: (answer) => {
    const prose = proseOf(answer);
    const doubt = SELF_DOUBT.exec(prose)?.[0];
    if (doubt !== undefined) return { gate: 'hedging', why: `It doubts itself: ${quote(doubt)}.` };
    const hedges = prose.match(HEDGES)?.length ?? 0;
    const words = prose.length / 6;
    return hedges > MOST_HEDGES && hedges > words / 50
      ? { gate: 'hedging', why: `It leaves itself open ${hedges} times, with words such as "probably".` }
      : null;
  },
};

/** A whole sentence of thanks or greeting says nothing that the model acts on. */
import type { Finding, Rule } from '../rule.ts';
import { compilePhrases, findPhrases, type Phrase } from './wording/phrase-table.ts';
import { proseSentences } from './wording/prose.ts';
import { leftOut, removeSentence } from './wording/remove-sentence.ts';

/** The longest that the table has. */
const MOST_WORDS = 8;

const whole = (from: string): Phrase => ({ from, to: '', at: 'whole' });

const PHRASES: readonly Phrase[] = [
  'thanks',
  'thank you',
  'thank you very/so much',
  'many thanks',
  'thanks a lot',
  'thanks so much',
  'thanks in advance',
  'thank you in advance',
  'thank you very much in advance',
  'many thanks in advance',
  'thanks for your help/time/assistance/support',
  'thank you for your help/time/assistance/support',
  'thank you for your time and help/assistance/consideration',
  'i appreciate your help/time/assistance/support',
  'i really appreciate your help/time/assistance/support',
  'i hope you are doing well',
  'i hope you are well',
  'hope you are doing well',
  'hello',
  'hi',
  'hello there',
  'hi there',
  'good morning',
  'good day',
  'hello ai',
  'hi ai',
  'hello assistant',
  'dear assistant',
  'hello chatgpt/claude/gemini/gpt',
  'hi chatgpt/claude/gemini/gpt',
  'dear chatgpt/claude/gemini/gpt',
].map(whole);

const TABLE = compilePhrases(PHRASES);

export const greetingsAndThanks: Rule = {
  id: 'greetings-and-thanks',
  title: 'Greetings and thanks',
  what: 'Leaves out sentences that only greet or thank. They ask for nothing.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Summarise the report in five lines. Thanks in advance!',
      after: 'Summarise the report in five lines.',
    },
    { before: 'Hello! List the risks of the plan.', after: 'List the risks of the plan.' },
  ],
  leaves: [
    '"Hello! I am the guide of the museum." That is how you begin.',
    'Begin every reply with a greeting. Say hello to the guest.',
    'Write a note that says "Thank you".',
  ],
  *find(prompt): Generator<Finding> {
    for (const { passage, index, sentence, words } of proseSentences(prompt)) {
      // In a list, "Hello" is an example of what somebody says.
      if (words.length > MOST_WORDS || passage.blocks[sentence.block]?.kind !== 'paragraph') continue;
      // A quotation that goes on behind it is somebody's words.
      if (/["“'‘]/.test(passage.text.charAt(sentence.start))) continue;
      if (findPhrases(passage.text, words, TABLE).length === 0) continue;
      const edit = removeSentence(passage, index, sentence);
      if (edit !== null) yield leftOut(sentence, edit, 'Leave this sentence out: it asks for nothing.');
    }
  },
};

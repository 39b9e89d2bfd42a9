/** "I will provide you with X, and you will do Y": what is given, and the instruction. */
import type { Finding, Rule } from '../rule.ts';
import { type ProseSentence, proseSentences } from './wording/prose.ts';
import { INSTRUCTION_VERBS } from './wording/verbs.ts';

const TURN =
  '(?:you (?:will|should|must|need to|have to)|(?:it (?:will be|is) )?your (?:job|task|role) (?:(?:will be|is) )?to)';
/** What is given, up to where the turn comes; a second sentence, a quotation or another "I" in it makes it something else. */
const GIVEN = new RegExp(
  `^I(?: will|'ll|’ll) (?:provide|give|send|share|supply) (?:you )?(?:with )?([^.;:!?\\n"“]{3,160}?)(,? and ${TURN}(?: then)?) ([a-z]+)\\b`,
);
const TYPED =
  /^I will (?:type|write|enter|say|speak|describe|tell)\b([^.;:!?\n"“]{3,120}?)(,? and you (?:will|should)(?: then)?) ([a-z]+)\b/;
/** "And it will be your job to come up with …". */
const isInstruction = (verb: string): boolean => INSTRUCTION_VERBS.has(verb) || verb === 'come';
/** What is given would have a sentence of its own in it. */
const CLAUSE = /\b(?:I|if|when|then|but)\b|^(?:of|to|that)\b/;

export const inputAnnouncements: Rule = {
  id: 'input-announcements',
  title: 'Announcements of input',
  what: 'Writes "Given X, do Y" for "I will provide you with X, and you will do Y", and "I will type X; do Y" for "I will type X and you will do Y". Try it on your own cases first: the long form also says that the input comes later.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before: 'I will provide you with a poem, and you will explain its form.',
      after: 'Given a poem, explain its form.',
    },
    {
      before: 'I will type commands and you will reply with the output.',
      after: 'I will type commands; reply with the output.',
    },
  ],
  leaves: [
    'I will provide you with a poem.',
    'I will provide a poem if I have one, and you will explain it.',
    'I will give you a map and you will find the treasure there, I am sure.',
  ],
  *find(prompt): Generator<Finding> {
    for (const prose of proseSentences(prompt)) {
      const found = given(prose) ?? typed(prose);
      if (found !== null) yield found;
    }
  },
};

const written = ({ passage, sentence }: ProseSentence): string =>
  passage.text.slice(sentence.start, Math.min(sentence.end, sentence.start + 400));

function given(prose: ProseSentence): Finding | null {
  const { index, sentence } = prose;
  const text = written(prose);
  const [whole, input = '', turn = '', verb = ''] = GIVEN.exec(text) ?? [];
  if (whole === undefined || !isInstruction(verb) || CLAUSE.test(input) || speaksOfMe(text, whole))
    return null;
  const inputEnd = whole.length - verb.length - 1 - turn.length;
  const end = sentence.start + whole.length - verb.length - 1;
  return {
    passage: index,
    start: sentence.start,
    end,
    edits: [
      {
        passage: index,
        start: sentence.start,
        end: sentence.start + inputEnd - input.length,
        replacement: 'Given ',
      },
      { passage: index, start: sentence.start + inputEnd, end, replacement: ',' },
    ],
    message: 'Try it as “Given …, …”: the input, and the instruction.',
  };
}

function typed(prose: ProseSentence): Finding | null {
  const { index, sentence } = prose;
  const text = written(prose);
  const [whole, input = '', turn = '', verb = ''] = TYPED.exec(text) ?? [];
  if (whole === undefined || !isInstruction(verb) || CLAUSE.test(input) || speaksOfMe(text, whole))
    return null;
  const end = sentence.start + whole.length - verb.length - 1;
  const span = { start: end - turn.length, end };
  return {
    passage: index,
    ...span,
    edits: [{ passage: index, ...span, replacement: ';' }],
    message: `Try “;” in place of “${turn.trim()}”: the instruction is what follows.`,
  };
}

/** "…, and you will find it, I am sure" tells what happens. */
const speaksOfMe = (text: string, whole: string): boolean =>
  /\bI (?:am|will|hope|think)\b/.test(text.slice(whole.length));

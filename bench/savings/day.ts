/** A developer's day: calls made of public data in stated proportions, the same for the same seed. */
import type { Message, PromptSource } from '../../protocol/messages.ts';
import type { Options } from './options.ts';
import { type PromptFile, promptFilesOf } from './prompt-files.ts';
import { type Article, type Data, pick, type Question } from './questions.ts';

/** What calls of the day are told apart by. */
export type Kind = 'repeat' | 'rephrasing' | 'conversation' | 'context' | 'promptFile' | 'single';

/** How a question is put, whatever its words are. */
type Asking = (text: string) => {
  readonly source: PromptSource;
  readonly values?: Readonly<Record<string, string>>;
};

/** One call of the day. */
export interface Task {
  readonly callId: string;
  /** Milliseconds since the day began. */
  readonly at: number;
  readonly kind: Kind;
  readonly question: Question;
  readonly text: string;
  readonly ask: Asking;
  /** Whether the user does something about the answer, if it is wrong and if it is right. */
  readonly isNoticed: boolean;
  readonly isKept: boolean;
}

const HOUR_MS = 3_600_000;
const SYSTEM_PROMPTS = 12;
const REPEATED_WITHIN = 200;
const LONGEST_CONVERSATION = 16;
/** Articles that are attached: from 2 to all 48, each doubling as likely as the next. */
const FEWEST_ARTICLES = 2;
/** Share of questions with context that are asked on what the one before had attached. */
const SAME_CONTEXT = 0.5;
/** Share of attached articles that are attached twice, as search results overlap. */
const TWICE = 0.1;
const WITH_SYSTEM = 0.5;

/** What the day's making takes from nowhere but here, for the print. */
export const DAY_NOTES: readonly string[] = [
  `Attached: ${FEWEST_ARTICLES} to 48 whole articles, each doubling as likely; ${100 * TWICE} % of them twice; ${100 * SAME_CONTEXT} % of questions on the same as the one before.`,
  `Conversations have 2 to ${LONGEST_CONVERSATION} turns under a system prompt; ${100 * WITH_SYSTEM} % of single questions have one too, of ${SYSTEM_PROMPTS} in use. What was answered before in a conversation is the labelled frontier model's text.`,
  'Rephrasings: of banking77 another question of the same intent; of all others the same with other words before it.',
];

const OTHER_WORDS = [
  'Please answer this: ',
  'I would like to know: ',
  'Again, in other words: ',
  'Help me: ',
];

/** The calls of a day, in their order. */
export function makeDay(data: Data, options: Options, random: () => number): readonly Task[] {
  const fresh = createFresh(data, random);
  const day: Task[] = [];
  let at = 0;
  for (let index = 0; index < options.calls; index++) {
    // Calls come as they do where they know nothing of each other.
    at += (-Math.log(1 - random()) * options.hours * HOUR_MS) / options.calls;
    const kind = day.length === 0 ? 'single' : kindOf(options, random() * 100);
    const made = kind === 'repeat' || kind === 'rephrasing' ? again(kind, day, random) : fresh(kind);
    day.push({
      ...made,
      kind,
      callId: `call-${index}`,
      at: Math.round(at),
      isNoticed: random() * 100 < options.noticed,
      isKept: random() * 100 < options.kept,
    });
  }
  return day;
}

type Made = Pick<Task, 'question' | 'text' | 'ask'>;

function kindOf({ repeats, rephrasings, conversations, context, promptFiles }: Options, drawn: number): Kind {
  const shares: readonly (readonly [Kind, number])[] = [
    ['repeat', repeats],
    ['rephrasing', rephrasings],
    ['conversation', conversations],
    ['context', context],
    ['promptFile', promptFiles],
  ];
  let upTo = 0;
  for (const [kind, share] of shares) {
    upTo += share;
    if (drawn < upTo) return kind;
  }
  return 'single';
}

function again(kind: 'repeat' | 'rephrasing', day: readonly Task[], random: () => number): Made {
  const { question, text, ask } = pick(day.slice(-REPEATED_WITHIN), random);
  if (kind === 'repeat') return { question, text, ask };
  const others = question.sameMeaning.filter((one) => one !== text);
  return {
    question,
    ask,
    text: others.length > 0 ? pick(others, random) : `${pick(OTHER_WORDS, random)}${question.text}`,
  };
}

const system = (content: string): Message => ({ role: 'system', content });
const user = (content: string): Message => ({ role: 'user', content });
const messages = (list: readonly Message[]): PromptSource => ({ kind: 'messages', messages: list });

function createFresh(
  data: Data,
  random: () => number,
): (kind: Exclude<Kind, 'repeat' | 'rephrasing'>) => Made {
  const prompts = Array.from({ length: SYSTEM_PROMPTS }, () => pick(data.systemPrompts, random));
  const files = promptFilesOf(data).flatMap((file) => Array.from({ length: file.weight }, () => file));
  const anyQuestion = () => pick(random() < 0.5 ? data.mmlu : data.gsm8k, random);
  const conversation = createConversations(prompts, anyQuestion, random);
  const attached = createAttached(data.articles, random);
  return (kind) => {
    if (kind === 'conversation') return conversation();
    if (kind === 'context') return attached();
    if (kind === 'promptFile') return runOf(pick(files, random), random);
    const question = anyQuestion();
    const before = random() < WITH_SYSTEM ? [system(pick(prompts, random))] : [];
    return made(question, (text) => ({ source: messages([...before, user(text)]) }));
  };
}

const made = (question: Question, ask: Asking): Made => ({ question, text: question.text, ask });

const runOf = ({ uri, text: prompt, questions }: PromptFile, random: () => number): Made =>
  made(pick(questions, random), (text) => ({
    source: { kind: 'text', uri, text: prompt },
    values: { text },
  }));

/** The next turn of the conversation under way; after its last a new one begins. */
function createConversations(prompts: readonly string[], anyQuestion: () => Question, random: () => number) {
  let said: readonly Message[] = [];
  let left = 0;
  return (): Made => {
    if (left === 0) {
      said = [system(pick(prompts, random))];
      left = 2 + Math.floor(random() * (LONGEST_CONVERSATION - 1));
    }
    left -= 1;
    const question = anyQuestion();
    const before = said;
    said = [...before, user(question.text), { role: 'assistant', content: question.answers.frontier }];
    return made(question, (text) => ({ source: messages([...before, user(text)]) }));
  };
}

/** A question on some articles, of which one has the answer. */
function createAttached(articles: readonly Article[], random: () => number) {
  let chosen: readonly Article[] = [];
  let blocks = '';
  return (): Made => {
    if (chosen.length === 0 || random() >= SAME_CONTEXT) {
      const most = FEWEST_ARTICLES * (articles.length / FEWEST_ARTICLES) ** random();
      chosen = articles
        .map((article) => ({ article, place: random() }))
        .sort((one, other) => one.place - other.place)
        .slice(0, Math.round(most))
        .map(({ article }) => article);
      const all = [...chosen, ...chosen.filter(() => random() < TWICE)];
      blocks = all.map(({ name, text }) => `<context name="${name}">\n${text}\n</context>\n`).join('');
    }
    const context = blocks;
    const question = pick(pick(chosen, random).questions, random);
    return made(question, (text) => ({ source: messages([user(`${context}\n${text}`)]) }));
  };
}

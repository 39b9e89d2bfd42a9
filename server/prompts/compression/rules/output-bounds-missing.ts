/** A task whose answer is short by nature, where nothing says so: output is the dearest part of most calls. */
import type { TaskKind } from '../../../../protocol/task-kind.ts';
import { LENGTH_DIRECTIVES, SPEAKS_OF_LENGTH } from '../../length-words.ts';
import type { PromptText } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';

interface Bounded {
  /** At the beginning of a sentence, after what asks for it. */
  readonly verb: RegExp;
  readonly what: string;
  /** Room for the answer and for the thinking that some models count with it; null where it depends on the input. */
  readonly tokens: number | null;
  readonly directive: string | undefined;
}

const directiveOf = (kind: TaskKind): string | undefined => LENGTH_DIRECTIVES[kind];

/** In this order: the first that a sentence begins with. No figure is lower than what an automatic limit may be. */
const TASKS: readonly Bounded[] = [
  {
    verb: /^(?:(?:answer|reply|respond)(?: with)? (?:yes or no|true or false)|say (?:yes or no|whether)|decide whether|tell me (?:if|whether))\b/i,
    what: 'A yes or no',
    tokens: 256,
    directive: 'Answer with yes or no alone.',
  },
  {
    verb: /^(?:classify|categori[sz]e|label|determine the (?:sentiment|category|class|language|tone)|detect the (?:sentiment|language))\b/i,
    what: 'A class',
    tokens: 256,
    directive: directiveOf('classify'),
  },
  {
    verb: /^(?:(?:give|suggest|write|find|create|propose) (?:me )?(?:a|one) (?:good |fitting |suitable )?(?:title|headline|name|slug|subject line|commit message)|name the)\b/i,
    what: 'A title',
    tokens: 256,
    directive: 'Give one and nothing else.',
  },
  {
    verb: /^(?:extract|list all|pull out)\b/i,
    what: 'What is extracted',
    tokens: 1000,
    directive: directiveOf('extract'),
  },
  {
    verb: /^(?:summari[sz]e|sum up)\b/i,
    what: 'A summary',
    tokens: 1000,
    directive: directiveOf('summarise'),
  },
  { verb: /^translate\b/i, what: 'A translation', tokens: null, directive: directiveOf('translate') },
];

const ASKING =
  /^(?:(?:and|then|now)[ ,]+)?(?:please |kindly |i want you to |i need you to |i would like you to |(?:can|could|would|will) you (?:please )?|you (?:will|must|should|are to) |your (?:task|job) is to )*/i;
/** Beside such a task an answer may have to be long. */
const OPEN_TASK =
  /^(?:explain|write|describe|create|develop|generate|design|draft|compose|discuss|analy[sz]e|implement|refactor|fix|review|compare|brainstorm|plan|act)\b/i;
const ASKS_FOR_JSON = /\b(?:json|xml|yaml|csv|table|format|template)\b/i;

export const outputBoundsMissing: Rule = {
  id: 'output-bounds-missing',
  title: 'No limit for a short answer',
  what: 'Points at a task with a natural bound, such as a class, a title or a summary, where neither the front matter nor the prompt says how long the answer may be. Output costs several times as much as input.',
  risk: 'review',
  keeps: 'all',
  examples: [
    { before: 'Classify the message of the customer:\n\n{{text}}', after: null },
    { before: 'Please translate this into French:\n\n{{text}}', after: null },
  ],
  leaves: [
    'Classify the message of the customer. Answer with the class alone.',
    'Summarise the report in three sentences.',
    'Summarise the report. Explain each of its points.',
    'Extract the names as JSON with the keys "first" and "last".',
    'We classify messages by their tone.',
  ],
  *find(prompt): Generator<Finding> {
    if (prompt.maxTokens !== null || prompt.hasSchema) return;
    let found: {
      readonly passage: number;
      readonly start: number;
      readonly end: number;
      readonly task: Bounded;
    } | null = null;
    for (const { passage, start, end, text } of askedSentences(prompt)) {
      if (SPEAKS_OF_LENGTH.test(text) || ASKS_FOR_JSON.test(text)) return;
      const asked = text.replace(ASKING, '');
      const task = TASKS.find(({ verb }) => verb.test(asked));
      if (task !== undefined) found ??= { passage, start, end, task };
      else if (OPEN_TASK.test(asked)) return;
    }
    if (found === null) return;
    const { task, ...place } = found;
    yield { ...place, edits: [], message: messageOf(task) };
  },
};

function* askedSentences({ passages }: PromptText) {
  for (const [passage, { text, role, sentences, blocks }] of passages.entries()) {
    if (role === 'assistant') continue;
    for (const { start, end, block } of sentences) {
      const isProse = blocks[block]?.kind !== 'quote';
      const written = text.slice(start, end).replace(/^(?:[-*+]|\d+[.)])[ \t]+/, '');
      if (isProse) yield { passage, start, end, text: written };
    }
  }
}

function messageOf({ what, tokens, directive }: Bounded): string {
  const words = directive === undefined ? '' : `write “${directive}”`;
  return tokens === null
    ? `${what} needs no more than itself: ${words} in the prompt.`
    : `${what} is short, and nothing says so: ${words} in the prompt, or “farthing: { maxTokens: ${tokens} }” in the front matter.`;
}

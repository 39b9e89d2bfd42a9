/**
 * What the Demo provider says: that it is a simulation, and what it received, as it can be read off the request
 * without understanding it. It makes no findings up.
 */

/** A message as the request has it. */
export interface DemoMessage {
  readonly role: string;
  readonly content: string;
}

const MOST_QUESTIONS = 5;
const LONGEST_QUOTE = 120;

/** Signs of a language in code whose fence does not name one; the first that is found wins. */
const SIGNS: readonly (readonly [language: string, sign: RegExp])[] = [
  ['Rust', /\bfn \w+\s*[(<]|\blet mut\b/],
  ['Go', /^package \w+|\bfunc \w*\s*\(/m],
  ['Python', /^\s*(def|class) \w+.*:\s*$|^from \w+ import /m],
  ['TypeScript', /\binterface \w+|:\s*(string|number|boolean)\b/],
  ['JavaScript', /\b(const|let) \w+ =|=>|\bfunction \w*\(/],
  ['SQL', /\bselect\b[\s\S]+\bfrom\b/i],
  ['C', /^#include\b/m],
  ['JSON', /^\s*[{[]\s*"/],
];

/** The answer to a request, in Markdown. */
export function demoAnswer(messages: readonly DemoMessage[]): string {
  const prompt = messages.map((message) => message.content).join('\n');
  const lines = prompt.split('\n').length;
  const words = prompt.split(/\s+/).filter((word) => word !== '').length;
  const roles = messages.map((message) => message.role).join(', ');
  const first = firstLine(messages);
  const languages = codeLanguages(prompt);
  const questions = questionsIn(messages);
  const parts = [
    '*This is a simulated answer from the Demo provider. Nothing was billed.*',
    `## What arrived\n\n- **${amount(messages.length, 'message')}** (${roles})\n- **${amount(lines, 'line')}** and **${amount(words, 'word')}**`,
  ];
  if (first !== null) parts.push(`The prompt begins with:\n\n> ${first}`);
  if (languages.length > 0) {
    const what = languages.length === 1 ? 'a code block' : `${languages.length} code blocks`;
    parts.push(`It has ${what}, by the look of it: ${languages.join(', ')}.`);
  }
  parts.push(
    questions.length === 0
      ? 'It asks no question that ends with a question mark.'
      : `## Questions in it\n\n${questions.map((question, index) => `${index + 1}. ${question}`).join('\n')}`,
  );
  parts.push(
    'A real model would answer here. Tokens, time and cost below are those of this text, by the prices of the demo model. To get real answers, set an API key and choose a model of its provider.',
  );
  return `${parts.join('\n\n')}\n`;
}

/** The first heading of the user's messages, or else their first line; null when they are blank. */
function firstLine(messages: readonly DemoMessage[]): string | null {
  const user = messages.filter((message) => message.role === 'user');
  const texts = (user.length > 0 ? user : messages).map((message) => message.content);
  const heading = texts.flatMap((text) => withoutFences(text).match(/^#{1,6} .*\S/gm) ?? [])[0];
  const line = heading ?? texts.flatMap((text) => text.split('\n')).find((text) => text.trim() !== '');
  return line === undefined ? null : quote(line.replace(/^#{1,6} /, ''));
}

/** The language of each fenced block: as its fence says, or else by its signs. */
function codeLanguages(prompt: string): string[] {
  return [...prompt.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```/gm)].map(([, info = '', code = '']) => {
    const named = info.trim().split(/\s+/)[0] ?? '';
    return named !== '' ? named : (SIGNS.find(([, sign]) => sign.test(code))?.[0] ?? 'plain text');
  });
}

function questionsIn(messages: readonly DemoMessage[]): string[] {
  const prose = messages
    .filter((message) => message.role === 'user')
    .map((message) => withoutCode(message.content))
    .join('\n');
  const questions = prose.match(/[^.!?\n]*[^.!?\s][^.!?\n]*\?/g) ?? [];
  return questions
    .map((question) => quote(question.replace(/^[\s>#*\-\d.)]+/, '')))
    .filter((question) => question.length > 2)
    .slice(0, MOST_QUESTIONS);
}

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

const withoutCode = (text: string): string => withoutFences(text).replace(/`[^`\n]*`/g, '');

function quote(text: string): string {
  const characters = [...text.trim()];
  return characters.length <= LONGEST_QUOTE
    ? characters.join('')
    : `${characters.slice(0, LONGEST_QUOTE).join('')}…`;
}

const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

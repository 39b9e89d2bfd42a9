/** "My first request is “…”" is a label for what stands in quotation marks. */
import type { Finding, Rule } from '../rule.ts';
import { proseSentences } from './wording/prose.ts';

/** "My first suggestion request is": what is suggested is the prompt's subject anyway. */
const LABEL = /^My first (?:suggestion )?([a-z]+) is:? (?=["“])/;

export const firstRequest: Rule = {
  id: 'first-request',
  title: 'A sentence that labels the first request',
  what: 'Writes "First request:" for "My first request is" in front of a quotation.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Act as a tutor. My first request is "Explain sets."',
      after: 'Act as a tutor. First request: "Explain sets."',
    },
    {
      before: 'Act as a tutor. My first suggestion request is "Explain sets."',
      after: 'Act as a tutor. First request: "Explain sets."',
    },
  ],
  leaves: ['My first request is simple.', 'My first name is "Ann" and yours is not.'],
  *find(prompt): Generator<Finding> {
    for (const { passage, index, sentence } of proseSentences(prompt)) {
      const found = LABEL.exec(
        passage.text.slice(sentence.start, Math.min(sentence.end, sentence.start + 60)),
      );
      if (found === null || found[1] === 'name') continue;
      const label = `First ${found[1]}:`;
      const span = { start: sentence.start, end: sentence.start + found[0].length - 1 };
      yield {
        passage: index,
        ...span,
        edits: [{ passage: index, ...span, replacement: label }],
        message: `Write “${label}” in place of “${found[0].trim()}”.`,
      };
    }
  },
};

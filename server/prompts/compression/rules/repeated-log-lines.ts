/**
 * Lines of a log that say the same. Equal lines are folded; where their times differ, each time is a number that is
 * kept, so that the lines are pointed out and a person decides which times matter.
 */
import { logRuns } from '../data/log-lines.ts';
import { contentOf, ownBlocks } from '../data/places.ts';
import type { Block } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';

const LOGS = new Set(['log', 'logs', 'console', 'output']);
const PERHAPS_LOGS = new Set(['', 'text', 'txt', 'plain', 'plaintext']);

export const repeatedLogLines: Rule = {
  id: 'repeated-log-lines',
  title: 'Repeated log lines',
  what: 'Folds three or more equal lines of a log into one with their number. Lines that differ only in their time are pointed out.',
  risk: 'low',
  keeps: 'once',
  examples: [
    {
      before:
        'Why?\n\n```log\nserver started\nERROR connection refused\nERROR connection refused\nERROR connection refused\nERROR connection refused\nERROR connection refused\nserver stopped\n```',
      after:
        'Why?\n\n```log\nserver started\nERROR connection refused (repeated 5 times)\nserver stopped\n```',
    },
    {
      before:
        'Why?\n\n```\n2026-03-01 10:00:00 ERROR connection refused\n2026-03-01 10:00:05 ERROR connection refused\n2026-03-01 10:00:10 ERROR connection refused\n```',
      after: null,
    },
  ],
  leaves: [
    '```log\nERROR connection refused\nERROR connection refused\n```',
    '```\nrow row row\nrow row row\nrow row row\n```',
    '```python\nlog.info("INFO")\nlog.info("INFO")\nlog.info("INFO")\n```',
    'ha ha\nha ha\nha ha',
  ],
  *find(prompt) {
    for (const { passage, index, block } of ownBlocks(prompt, mayBeLog)) {
      const { start, end } = contentOf(passage.text, block);
      for (const { first, last, lines, lastTime } of logRuns(
        passage.text.slice(start, end),
        LOGS.has(block.language),
      )) {
        const span = { start: start + first.start, end: start + last.end };
        if (lastTime === null) {
          const fold = { start: start + first.end, end: span.end, replacement: ` (repeated ${lines} times)` };
          const message = `Fold these ${lines} equal lines into one with their number.`;
          yield { passage: index, ...span, edits: [{ passage: index, ...fold }], message };
        } else {
          const message = `These ${lines} lines differ only in their time: keep the first and the last, and say how many they are.`;
          yield { passage: index, ...span, edits: [], message };
        }
      }
    }
  },
};

const mayBeLog = ({ kind, language }: Block): boolean =>
  kind === 'paragraph' || (kind === 'code' && (LOGS.has(language) || PERHAPS_LOGS.has(language)));

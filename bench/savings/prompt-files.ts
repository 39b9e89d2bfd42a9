/** The three prompt files of the day, which are run again and again. */
import type { Data, Question } from './questions.ts';

/** A prompt file whose runs differ by one variable. */
export interface PromptFile {
  readonly uri: string;
  readonly text: string;
  readonly questions: readonly Question[];
  /** How often it is run, against the others. */
  readonly weight: number;
}

const EXAMPLES_OF_AN_INTENT = 3;

/** The longest has more than the 1,024 tokens that a provider keeps, and is run most. */
export function promptFilesOf({ banking, gsm8k, mmlu, intents }: Data): readonly PromptFile[] {
  const classes = [...intents]
    .map(([intent, questions]) => `- ${intent}: ${questions.slice(0, EXAMPLES_OF_AN_INTENT).join(' / ')}`)
    .join('\n');
  return [
    {
      uri: 'file:///day/classify-message.prompt.md',
      text: `---
description: Classify a customer's message
farthing:
  kind: classify
---

system:
Classify the message of a customer of a bank. Answer with the name of one class and nothing else. The classes, each
with examples:

${classes}

user:
{{text}}
`,
      questions: banking,
      weight: 2,
    },
    {
      uri: 'file:///day/solve-problem.prompt.md',
      text: `---
description: Solve a problem told in words
---

system:
Solve the problem step by step. Write each calculation down, and end with a line "A: " and the number.

user:
{{text}}
`,
      questions: gsm8k,
      weight: 1,
    },
    {
      uri: 'file:///day/examination.prompt.md',
      text: `---
description: Choose the right option
---

system:
Answer with the letter and the text of the right option.

user:
{{text}}
`,
      questions: mmlu,
      weight: 1,
    },
  ];
}

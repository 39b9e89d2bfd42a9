/** THE LIST of templates for new prompts. Their texts are for models and are not translated; their titles are. */
import type { L10n } from './l10n.ts';

/** A file to begin with. */
export interface PromptTemplate {
  readonly id: string;
  readonly title: (l10n: L10n) => string;
  readonly detail: (l10n: L10n) => string;
  /** What its file is called where the user does not say. */
  readonly name: string;
  /** Where it belongs below a workspace folder, for this name; with slashes. */
  readonly path: (name: string) => string;
  readonly text: (name: string) => string;
}

const promptFile = (name: string): string => `.github/prompts/${name}.prompt.md`;

/** Every template, the most usual first. */
export const PROMPT_TEMPLATES: readonly PromptTemplate[] = [
  {
    id: 'review',
    title: (l10n) => l10n.t('Code review'),
    detail: (l10n) => l10n.t('Faults in the selected code, the worst first'),
    name: 'review',
    path: promptFile,
    text: () => `---
description: Reviews the selected code
agent: ask
farthing:
  kind: explain
  maxTokens: 1200
---
Review this code from \${fileBasename}. List only faults: wrong results, missed edge cases, unsafe input, races, leaks. No praise, no style.

For each fault one line: severity (high, medium, low), what goes wrong, for which input, and the fix. The worst first, at most 10. Where there is none, answer "No faults found."

<context name="selection">
\${selection}
</context>
`,
  },
  {
    id: 'classify',
    title: (l10n) => l10n.t('Classify'),
    detail: (l10n) => l10n.t('One label of a list, and nothing else'),
    name: 'classify',
    path: promptFile,
    text: () => `---
description: Puts a message into one of a few classes
agent: ask
farthing:
  kind: classify
  temperature: 0
  maxTokens: 20
  expect:
    matches: ^(bug|question|request|other)$
---
system:
Classify the message of a user. Answer with one word of this list and nothing else:
- bug: something does not work as it should
- question: the user wants to know something
- request: the user wants something new or changed
- other: none of these

user:
\${input:message:The message to classify}
`,
  },
  {
    id: 'extract',
    title: (l10n) => l10n.t('Extract to JSON'),
    detail: (l10n) => l10n.t('Fields of a schema from a text; the answer is checked for them'),
    name: 'extract',
    path: promptFile,
    text: () => `---
description: Extracts the fields of a schema from a text
agent: ask
farthing:
  kind: extract
  temperature: 0
  maxTokens: 800
  expect:
    fields: [title, date, amount, currency]
---
system:
Extract data from the text of the user. Answer with one JSON object by this schema and nothing else. Use null for what the text does not say; never guess.

{"type":"object","required":["title","date","amount","currency"],"properties":{"title":{"type":"string"},"date":{"type":["string","null"],"format":"date"},"amount":{"type":["number","null"]},"currency":{"type":["string","null"],"description":"ISO 4217"}}}

user:
\${input:text:The text to read}
`,
  },
  {
    id: 'summarise',
    title: (l10n) => l10n.t('Summarise'),
    detail: (l10n) => l10n.t('What happened, what was decided, who does what'),
    name: 'summarise',
    path: promptFile,
    text: () => `---
description: Summarises the selected text
agent: ask
farthing:
  kind: summarise
  maxTokens: 400
---
Summarise the text for a reader who was not there: first one sentence with the result, then at most 5 points. Keep numbers, names and dates as they are. Add nothing that the text does not say.

<context name="text">
\${selection}
</context>
`,
  },
  {
    id: 'translate',
    title: (l10n) => l10n.t('Translate'),
    detail: (l10n) => l10n.t('Into a language, with code and placeholders left alone'),
    name: 'translate',
    path: promptFile,
    text: () => `---
description: Translates the selected text
agent: ask
farthing:
  kind: translate
  temperature: 0
---
Translate the text into \${input:language:a language, such as German}. Keep code, placeholders, links and Markdown as they are. Answer with the translation alone.

\${selection}
`,
  },
  {
    id: 'few-shot',
    title: (l10n) => l10n.t('Few-shot'),
    detail: (l10n) => l10n.t('A task shown by examples'),
    name: 'few-shot',
    path: promptFile,
    text: () => `---
description: Rewrites a commit message by examples
agent: ask
farthing:
  temperature: 0
  maxTokens: 60
---
system:
Rewrite what was done as the subject of a commit message: imperative, at most 60 characters, no full stop.

user:
fixed that the cache returned entries after they expired

assistant:
Stop the cache from returning expired entries

user:
added some tests for the date parser, leap years were missing

assistant:
Test leap years in the date parser

user:
\${input:change:What was done}
`,
  },
  {
    id: 'agent',
    title: (l10n) => l10n.t('Agent instructions'),
    detail: (l10n) => l10n.t('A custom agent: what it is for, how it works, when it stops'),
    name: 'reviewer',
    path: (name) => `.github/agents/${name}.agent.md`,
    text: (name) => `---
name: ${name}
description: Finds faults in changes before they are merged. Use it for reviews.
tools: [search, changes]
---
Find faults in the change that the user names. Read; do not edit files.

1. Read the change, then whatever it calls and whatever calls it.
2. Check each suspicion against the code before you report it.
3. Report each fault in one line: file and line, what goes wrong, for which input. The worst first, at most 10.

Stop when all changed lines are read. Where nothing is wrong, say so in one sentence.
`,
  },
  {
    id: 'skill',
    title: (l10n) => l10n.t('Skill'),
    detail: (l10n) => l10n.t('What an agent loads only when its description fits'),
    name: 'release-notes',
    path: (name) => `.github/skills/${name}/SKILL.md`,
    text: (name) => `---
name: ${name}
description: Writes release notes from merged changes. Use it when the user asks for release notes or a changelog.
---
# Release notes

1. List the changes since the last tag: \`git log --oneline $(git describe --tags --abbrev=0)..HEAD\`.
2. Leave out what users do not notice: refactoring, tests, tooling.
3. Group the rest under Added, Changed, Fixed. One line each: what users can do now, without names of files.
4. Write them on top of CHANGELOG.md and show the difference.
`,
  },
];

/** A name as a file can have it everywhere, and as skills demand it: "Code Review" is "code-review"; "" for none. */
export const fileNameOf = (typed: string): string =>
  typed
    .trim()
    .toLowerCase()
    .replace(/(\.prompt|\.agent)?\.md$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);

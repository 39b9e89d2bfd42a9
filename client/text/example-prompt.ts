/** The prompt that "New Example Prompt" opens. */

/** A short prompt with a description and one input. */
export const EXAMPLE_PROMPT = `---
description: Turns notes into a changelog entry
---
You write changelog entries for people who use the software, not for those who build it.

Write one entry for the change below. One sentence, in the present tense, without the names of files or functions.

Change: \${input:change:What did you change?}
`;

/** Prompts for tests of rules, counted with the newest encoding. */
import { compress } from '../../../../server/prompts/compression/apply.ts';
import type { PromptText } from '../../../../server/prompts/compression/prompt-text.ts';
import {
  type PromptSource,
  readPromptText,
} from '../../../../server/prompts/compression/read-prompt-text.ts';
import type { Rule } from '../../../../server/prompts/compression/rule.ts';
import { parsePrompt } from '../../../../server/prompts/prompt-document.ts';
import { createEncodings } from '../../../../server/tokens/encodings.ts';
import { createTokenMeasure } from '../../../../server/tokens/token-measure.ts';

const encodings = createEncodings();
export const measure = createTokenMeasure(await encodings.load('o200k_base'), encodings.seams);

/** A prompt as an example of a rule writes it: Markdown, with a front matter and role lines where it has them. */
export function promptOf(written: string): PromptText {
  return readPromptText(sourceOf(written), measure);
}

/** A prompt of one user message. */
export const userPrompt = (text: string): PromptText => readPromptText({ passages: [{ text }] }, measure);

/** The messages' texts after everything that `rules` find in `prompt`. */
export function compressed(prompt: PromptText, rules: readonly Rule[]): readonly string[] {
  return compress(prompt, rules, (texts) => withTexts(prompt, texts));
}

/** `prompt` with other texts for its passages. */
export function withTexts(prompt: PromptText, texts: readonly string[]): PromptText {
  const passages = prompt.passages.map(({ role, includedFrom }, index) => ({
    text: texts[index] ?? '',
    role,
    includedFrom,
  }));
  return readPromptText({ passages, maxTokens: prompt.maxTokens, hasSchema: prompt.hasSchema }, measure);
}

function sourceOf(written: string): PromptSource {
  const { frontMatter, messages } = parsePrompt({ uri: 'file:///example.prompt.md', text: written });
  const hasFields = written.startsWith('---\n');
  const passages =
    messages.length <= 1 && !hasFields && !/^(?:system|user|assistant):\s*$/im.test(written)
      ? [{ text: written }]
      : messages.map(({ role, content }) => ({ role, text: content }));
  return { passages, maxTokens: maxTokensOf(frontMatter), hasSchema: false };
}

function maxTokensOf(frontMatter: object): number | null {
  const found = Object.entries(frontMatter).find(
    ([name]) => name === 'maxTokens' || name === 'max_tokens',
  )?.[1];
  return typeof found === 'number' ? found : null;
}

/** What the properties of data rules are checked with. */
import { applyEdits } from '../../../../../server/prompts/compression/apply.ts';
import { holds } from '../../../../../server/prompts/compression/protect.ts';
import type { Finding, Rule } from '../../../../../server/prompts/compression/rule.ts';
import { compressed, measure, userPrompt } from '../prompts.ts';

/** The content of the only fence in `text`. */
export const fenced = (text: string): string => /```\w*\n([\s\S]*)\n```/.exec(text)?.[1] ?? '';

/** `content` in a fence, with words around it. */
export const fence = (language: string, content: string): string =>
  `Read this:\n\n\`\`\`${language}\n${content}\n\`\`\`\n\nThen answer.`;

/** What a rule makes of a user message, with its tokens before and after, and of that when it is asked again. */
export function shortened(rule: Rule, text: string) {
  const [after = ''] = compressed(userPrompt(text), [rule]);
  const [again = ''] = compressed(userPrompt(after), [rule]);
  return { after, again, tokensBefore: measure.tokens(text), tokensAfter: measure.tokens(after) };
}

/** All findings of a rule in a user message; throws where one with edits is no change that the rule may make. */
export function findings(rule: Rule, text: string): readonly Finding[] {
  const prompt = userPrompt(text);
  const found = [...rule.find(prompt)];
  for (const { edits } of found) {
    if (edits.length > 0 && !holds(rule.keeps, prompt, edits))
      throw new Error('A finding loses something that is kept');
    applyEdits(text, edits);
  }
  return found;
}

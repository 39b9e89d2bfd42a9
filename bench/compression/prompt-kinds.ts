/** What kinds of prompts there are: what can be saved depends on it more than on anything else. */
import type { PromptText } from '../../server/prompts/compression/prompt-text.ts';
import { isEnglishProse } from '../../server/prompts/compression/rules/wording/prose.ts';

export const PROMPT_KINDS = [
  'a role in prose',
  'JSON',
  'a Markdown document',
  'not English',
  'other English',
] as const;

const ROLE = /^\s*(?:I want you to|I need you to|Act as|You are|As an?|Imagine|Pretend)\b/;

export function kindOf({ passages }: PromptText): (typeof PROMPT_KINDS)[number] {
  const [passage] = passages;
  if (passage === undefined) return 'other English';
  if (/^\s*[{[]/.test(passage.text) && /"\s*:/.test(passage.text)) return 'JSON';
  if (!isEnglishProse(passage)) return 'not English';
  if (ROLE.test(passage.text)) return 'a role in prose';
  return /^#{1,4} /m.test(passage.text) ? 'a Markdown document' : 'other English';
}

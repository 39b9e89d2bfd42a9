/** The blocks of JSON that would be shorter without white space, apart by whether an answer would follow their layout. */
import type { PromptText } from '../prompt-text.ts';
import { firstEndingAfter } from '../read-passage.ts';
import type { Finding } from '../rule.ts';
import { isToBeWritten } from '../to-be-written.ts';
import { minifyingJson } from './json-text.ts';
import { contentOf, editsAt, ownBlocks, replaced, trimmed, variablesIn } from './places.ts';

const LANGUAGES = new Set(['json', 'jsonc', 'jsonl', 'ndjson']);
const isJson = ({ kind, language }: { readonly kind: string; readonly language: string }): boolean =>
  kind === 'data' && LANGUAGES.has(language);

/** @param followed whether the words in front say that an answer is to look like the block. */
export function* minifiedBlocks(prompt: PromptText, followed: boolean, message: string): Generator<Finding> {
  for (const { passage, index, block } of ownBlocks(prompt, isJson)) {
    if (isToBeWritten(passage, firstEndingAfter(passage.blocks, block.start)) !== followed) continue;
    const span = trimmed(passage.text, contentOf(passage.text, block));
    const variables = variablesIn(passage, span);
    if (variables === null) continue;
    const text = passage.text.slice(span.start, span.end);
    const blanks = minifyingJson(text, variables);
    if (blanks === null || blanks.length === 0) continue;
    if (prompt.tokens(replaced(text, blanks)) >= prompt.tokens(text)) continue;
    yield { passage: index, ...span, edits: editsAt(index, span.start, blanks), message };
  }
}

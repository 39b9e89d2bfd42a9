/** The public prompts that the compression rules are measured on, and what the rules find in them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { compress } from '../../server/prompts/compression/apply.ts';
import type { PromptText } from '../../server/prompts/compression/prompt-text.ts';
import { readPromptText } from '../../server/prompts/compression/read-prompt-text.ts';
import type { Finding, Rule } from '../../server/prompts/compression/rule.ts';
import { suggest } from '../../server/prompts/compression/suggest.ts';
import { createEncodings } from '../../server/tokens/encodings.ts';
import { createTokenMeasure, type TokenMeasure } from '../../server/tokens/token-measure.ts';
import { readCsv } from '../savings/csv.ts';

/** "Awesome ChatGPT Prompts", github.com/f/awesome-chatgpt-prompts, CC0. */
const CORPUS = new URL('../../../shared/data/awesome-chatgpt-prompts.csv.gz', import.meta.url);
/** More than any prompt of the corpus has. */
const ALL = 10_000;

/** The prompts that are not empty, in the order of the file: a prompt's number is its index here. */
export const readPrompts = (): readonly string[] =>
  readCsv(gunzipSync(readFileSync(CORPUS)).toString('utf8'))
    .map(({ prompt = '' }) => prompt)
    .filter((prompt) => prompt.trim() !== '');

export async function createMeasure(): Promise<TokenMeasure> {
  const encodings = createEncodings();
  return createTokenMeasure(await encodings.load('o200k_base'), encodings.seams);
}

/** Prompts as user messages. */
export const readAsUser = (texts: readonly string[], measure: TokenMeasure): PromptText =>
  readPromptText({ passages: texts.map((text) => ({ text, role: 'user' })) }, measure);

/** A prompt after all that some rules suggest for it. */
export function compressed(text: string, rules: readonly Rule[], measure: TokenMeasure): string {
  const [after = ''] = compress(readAsUser([text], measure), rules, (texts) => readAsUser(texts, measure));
  return after;
}

/** A suggestion, named so that it is found again without a word of the corpus. */
export interface Place {
  readonly rule: string;
  readonly prompt: number;
  /** UTF-16 units of the prompt, of what the suggestion points at. */
  readonly offset: number;
  readonly length: number;
  /** Of what goes and what comes, `digestOf`. */
  readonly digest: string;
}

/** A suggestion for a prompt of the corpus. */
export interface CorpusSuggestion {
  readonly place: Place;
  readonly finding: Finding;
  readonly saved: number;
}

/** Every suggestion of `rules` for every prompt, in their order. */
export function* suggestionsFor(
  prompts: readonly string[],
  rules: readonly Rule[],
  measure: TokenMeasure,
): Generator<CorpusSuggestion> {
  for (const [prompt, text] of prompts.entries())
    for (const { rule, finding, saved } of suggest(readAsUser([text], measure), { rules, limit: ALL })
      .suggestions)
      yield { place: placeOf(rule.id, prompt, text, finding), finding, saved };
}

const placeOf = (rule: string, prompt: number, text: string, finding: Finding): Place => ({
  rule,
  prompt,
  offset: finding.start,
  length: finding.end - finding.start,
  digest: digestOf(text, finding),
});

/** The beginning of the SHA-256 of every stretch that goes and what comes in its place. */
function digestOf(text: string, { start, end, edits }: Finding): string {
  const changes = edits.map((edit) => [text.slice(edit.start, edit.end), edit.replacement]);
  return createHash('sha256')
    .update(JSON.stringify(edits.length === 0 ? [text.slice(start, end)] : changes))
    .digest('hex')
    .slice(0, 16);
}

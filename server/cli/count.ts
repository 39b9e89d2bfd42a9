/** farthing count: tokens of files, without a daemon and without sending anything. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { FarthingError, farthingError } from '../../protocol/errors.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type { ModelSettings } from '../../protocol/settings.ts';
import type { TokenCount, TokenCounter } from '../pipeline/ports.ts';
import { hasContextBlock } from '../prompts/context-blocks.ts';
import { formatOf } from '../prompts/formats/formats.ts';
import { decodeUtf8 } from '../prompts/limits.ts';
import { resolveModel } from '../prompts/models.ts';
import { type PromptDocument, parsePrompt } from '../prompts/prompt-document.ts';
import { fillPromptWithBlanks, writtenVariable } from '../prompts/variables.ts';
import { createTokenCounter } from '../tokens/counter.ts';
import { describeFileError } from './file-errors.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/**
 * Prints a line per file and their sum. A prompt file counts as it is sent, roles and all, as the editor shows it;
 * any other file counts as plain text. A file that cannot be read is named, and the others are still counted.
 */
export async function count(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { model: { type: 'string', short: 'm' } },
  });
  if (files.length === 0) throw new UsageError('farthing count takes one file or more.');
  const model = chooseModel(terminal, values.model);
  const counter = createTokenCounter();
  let failed = 0;
  let sum = 0;
  let approximate = false;
  try {
    for (const file of files) {
      try {
        const result = await countFile(counter, model, file);
        sum += result.tokens;
        approximate ||= result.approximate;
        const tokens = `${formatTokens(result.tokens, result.approximate)}${result.missing.length > 0 ? '+' : ''}`;
        terminal.out(`${tokens.padStart(12)}  ${file}${result.use === null ? '' : `  ${remark(result)}`}\n`);
      } catch (error) {
        if (!(error instanceof FarthingError)) throw error;
        failed += 1;
        terminal.note(error.message);
      }
    }
  } finally {
    await counter.dispose();
  }
  if (files.length > 1) terminal.out(`${formatTokens(sum, approximate).padStart(12)}  total\n`);
  if (failed < files.length)
    terminal.note(`Tokens of ${model.id}${approximate ? '; ≈ because its tokenizer is not public' : ''}.`);
  return failed === 0 ? 0 : 1;
}

/** A configured model, or any other by its id: counting needs no provider. */
function chooseModel(terminal: Terminal, requested: string | undefined): ModelSettings {
  const { settings } = readSettings(terminal);
  try {
    return resolveModel(requested ?? null, settings, { strict: requested !== undefined }).model;
  } catch (error) {
    if (requested === undefined || !(error instanceof FarthingError) || error.code !== 'unknownModel')
      throw error;
    return { id: requested, contextTokens: null, encoding: null };
  }
}

/** The count, which variables have no value in it, and what it is used for; null for a text. */
type FileCount = TokenCount & {
  readonly missing: readonly string[];
  readonly use: PromptDocument['use'] | null;
  /** Whether it marks context, of which a run may send less. */
  readonly fitted: boolean;
};

function remark({ use, missing, fitted }: FileCount): string {
  if (use === 'loaded') return '(as agents load it)';
  const sent = fitted ? 'as written; a run leaves out of its context what repeats' : 'as sent';
  return missing.length === 0 ? `(${sent})` : `(${sent}, without ${missing.join(', ')})`;
}

async function countFile(counter: TokenCounter, model: ModelSettings, file: string): Promise<FileCount> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw farthingError('fileUnreadable', { file, detail: describeFileError(cause) }, { cause });
  });
  const text = decodeUtf8(bytes, file);
  const uri = pathToFileURL(path.resolve(file)).href;
  const format = formatOf({ uri, text, languageId: '', path: path.resolve(file).replaceAll(path.sep, '/') });
  // What is loaded first are programs, which are texts here.
  const prompt = format === null || format.load !== undefined ? null : parsePrompt({ uri, text });
  if (prompt === null)
    return { ...(await counter.countText(model, text)), missing: [], use: null, fitted: false };
  if (prompt.use === 'loaded') {
    const whole = prompt.messages.map(({ content }) => content).join('');
    return { ...(await counter.countText(model, whole)), missing: [], use: 'loaded', fitted: false };
  }
  const { messages, missing } = fillPromptWithBlanks(prompt, {});
  const counted = await counter.countMessages(model, messages);
  const fitted = messages.some(({ content }) => hasContextBlock(content));
  return { ...counted, missing: missing.map(writtenVariable), use: prompt.use, fitted };
}

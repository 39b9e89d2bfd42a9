/** farthing compress: a prompt file without what the compression rules find, and what that saves. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Compression, RISKS, type Risk } from '../../protocol/compression.ts';
import { farthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens, tokenWords } from '../../protocol/receipt.ts';
import { configure } from './configure.ts';
import { connectClient } from './daemon-client.ts';
import { describeFileError } from './file-errors.ts';
import { readPromptFile } from './prompt-file.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Prints the shorter prompt, writes it into its file, or lists the places. Resolves with the exit code. */
export async function compress(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { risk: { type: 'string' }, list: { type: 'boolean' }, write: { type: 'boolean' } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError('farthing compress takes one prompt file, or - for standard input.');
  if (values.write && file === '-') throw new UsageError('--write needs a file to write to.');
  if (values.write && values.list) throw new UsageError('Use one of --write and --list.');
  const risk = riskOf(values.risk);
  const { uri, text } = await readPromptFile(terminal, file);
  const settings = readSettings(terminal);
  for (const { message } of settings.problems) terminal.note(message);

  await using daemon = await connectClient(terminal);
  await configure(daemon, settings, terminal);
  await daemon.raw('textDocument/didOpen', {
    textDocument: { uri, languageId: '', version: 1, text },
  });
  const shorten = async (): Promise<Compression> => {
    const all = await daemon.request(MESSAGES.compression, { uri });
    // Of two that want one place the one that saves more.
    const chosen = all.suggestions
      .map((one, index) => ({ ...one, index }))
      .filter((one) => RISKS.indexOf(one.risk) <= RISKS.indexOf(risk) && one.edits.length > 0)
      .sort((one, other) => other.savedTokens - one.savedTokens)
      .map(({ index }) => index);
    return daemon.request(MESSAGES.compression, { uri, chosen });
  };
  const first = await shorten();
  let found = first;
  // What one rule leaves may be another's, so that compressing twice would do more than compressing once.
  for (let version = 2; !values.list && found.chosen.length > 0 && version <= MOST_ROUNDS; version++) {
    await daemon.raw('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text: found.text }],
    });
    found = await shorten();
  }
  if (values.list) terminal.out(listOf(found, risk));
  else if (values.write) await write(file, found.text);
  else terminal.out(found.text);
  terminal.note(totals({ ...found, before: first.before }));
  return 0;
}

/** More than prompts need; the rest is said. */
const MOST_ROUNDS = 20;

function riskOf(asked = 'low'): Risk {
  const risk = RISKS.find((one) => one === asked);
  if (risk === undefined) throw new UsageError(`--risk takes one of ${RISKS.join(', ')}.`);
  return risk;
}

/** With the byte order mark that the file has. */
async function write(file: string, text: string): Promise<void> {
  try {
    const [first, second, third] = await readFile(file);
    const isMarked = first === 0xef && second === 0xbb && third === 0xbf;
    await writeFile(file, `${isMarked ? '\uFEFF' : ''}${text}`);
  } catch (cause) {
    throw farthingError('fileUnwritable', { file, detail: describeFileError(cause) }, { cause });
  }
}

/** A line a place, as compilers write them: line and column from 1. */
const listOf = ({ suggestions }: Compression, risk: Risk): string =>
  suggestions
    .filter((one) => RISKS.indexOf(one.risk) <= RISKS.indexOf(risk))
    .map(
      ({ range: { start }, rule, risk: own, message, savedTokens, edits }) =>
        `${start.line + 1}:${start.character + 1} ${rule} (${own}): ${message}${
          edits.length === 0 ? '' : ` Saves ${tokenWords(savedTokens)}.`
        }\n`,
    )
    .join('');

function totals({ before, after, approximate, model, left }: Compression): string {
  const saved = before.tokens - after.tokens;
  const tokens = `${formatTokens(saved, approximate)} of ${formatTokens(before.tokens, approximate)} tokens saved`;
  const money =
    before.nano === null || after.nano === null
      ? `the price of ${model} is not known`
      : `${formatMoney(before.nano - after.nano)} a run of ${model}, before any cache`;
  return `${tokens}: ${money}.${left === 0 ? '' : ` ${formatTokens(left)} more ${left === 1 ? 'place is' : 'places are'} left; compress again.`}`;
}

/** farthing rules: what the compression rules do, with examples. */
import { parseArgs } from 'node:util';
import { rulePage } from '../../protocol/rule-page.ts';
import { RULES } from '../prompts/compression/rules.ts';
import { rulesDocument } from '../prompts/compression/rules-document.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Prints the document of all rules, or of one. */
export async function rules(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [id] = positionals;
  if (positionals.length > 1)
    throw new UsageError('farthing rules takes the name of one rule, or none for all.');
  const document = rulesDocument(RULES);
  const page = id === undefined ? document : rulePage(document, id);
  if (page === null)
    throw new UsageError(
      `There is no rule "${id}". The rules are: ${RULES.map((rule) => rule.id).join(', ')}.`,
    );
  terminal.out(page);
  return 0;
}

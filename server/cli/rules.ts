/** farthing rules: what the compression rules do, with examples. */
import { parseArgs } from 'node:util';
import { RULES } from '../prompts/compression/rules.ts';
import { rulesDocument } from '../prompts/compression/rules-document.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Prints the document of all rules, or of one. */
export async function rules(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [id] = positionals;
  if (positionals.length > 1)
    throw new UsageError('farthing rules takes the name of one rule, or none for all.');
  const chosen = id === undefined ? RULES : RULES.filter((rule) => rule.id === id);
  if (chosen.length === 0) {
    throw new UsageError(
      `There is no rule "${id}". The rules are: ${RULES.map((rule) => rule.id).join(', ')}.`,
    );
  }
  terminal.out(rulesDocument(chosen));
  return 0;
}

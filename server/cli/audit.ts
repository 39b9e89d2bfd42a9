/** farthing audit: what every turn of an agent loads from a folder, without a daemon and without sending anything. */
import { parseArgs } from 'node:util';
import { auditReport } from '../../protocol/audit-report.ts';
import { systemClock } from '../clock.ts';
import { createPriceBook } from '../prices/price-book.ts';
import { auditContext } from '../prompts/audit/audit-context.ts';
import { resolveModel } from '../prompts/models.ts';
import { createTokenCounter } from '../tokens/counter.ts';
import { findContextFiles } from './find-context-files.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Prints the audit of a folder, by default the current one. Resolves with the exit code. */
export async function audit(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { model: { type: 'string', short: 'm' } },
  });
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw new UsageError('farthing audit takes one folder.');
  const { settings, problems } = readSettings(terminal);
  for (const { message } of problems) terminal.note(message);
  const route = resolveModel(values.model ?? null, settings, { strict: values.model !== undefined });
  const { searchedAll, ...found } = await findContextFiles(folder);
  const counter = createTokenCounter();
  try {
    const prices = await createPriceBook();
    const now = systemClock.now();
    terminal.out(auditReport(await auditContext(found, { counter, prices, settings, route, now })));
  } finally {
    await counter.dispose();
  }
  if (!searchedAll)
    terminal.note('The folder has more folders than are searched. Audit one that is further down.');
  return 0;
}

/** farthing call: everything that the ledger has on one call. */
import { parseArgs } from 'node:util';
import { callReport } from '../../protocol/call-report.ts';
import { connectClient } from './daemon-client.ts';
import { findCall } from './find-call.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Reports on the call of an id, or of its beginning. */
export async function call(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('farthing call takes the id of one call.');
  await using daemon = await connectClient(terminal);
  const details = await findCall(terminal, daemon, id);
  if (details === null) return 1;
  terminal.out(callReport(details));
  return 0;
}

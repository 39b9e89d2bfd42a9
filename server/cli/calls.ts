/** farthing calls: the last lines of the ledger. */
import { parseArgs } from 'node:util';
import { formatTime } from '../../protocol/call-report.ts';
import type { CallLine } from '../../protocol/messages.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatInAndOut } from '../../protocol/receipt.ts';
import { connectClient } from './daemon-client.ts';
import { lastCalls, MOST_CALLS } from './find-call.ts';
import { type Terminal, UsageError } from './terminal.ts';

const USUAL = 20;
/** As much of an id as tells calls apart. */
const SHORT_ID = 8;

/** Lists the last calls, the newest first. */
export async function calls(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { last: { type: 'string', short: 'n' } },
  });
  if (positionals.length > 0)
    throw new UsageError('farthing calls takes no id. All there is on one call: farthing call ID');
  const last = Number(values.last ?? USUAL);
  if (!Number.isInteger(last) || last < 1 || last > MOST_CALLS)
    throw new UsageError(`--last takes a whole number from 1 to ${MOST_CALLS}.`);
  await using daemon = await connectClient(terminal);
  const lines = await lastCalls(daemon, last);
  terminal.out(table(lines.map(cellsOf)));
  if (lines.length === 0) terminal.note('The ledger has no calls yet. Make one with: farthing run FILE');
  return 0;
}

const cellsOf = (line: CallLine): readonly string[] => [
  line.callId.slice(0, SHORT_ID),
  formatTime(line.startedAt),
  line.outcome,
  line.prompt ?? line.feature,
  line.simulated ? `${line.model} (simulated)` : line.model,
  line.outcome === 'running' ? '' : formatInAndOut(line),
  line.outcome === 'running' ? '' : formatMoney(line.costNano),
];

function table(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widthOf(column)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** farthing calls: the last lines of the ledger, or everything it has on one call. */
import { parseArgs } from 'node:util';
import { callReport, formatTime } from '../../protocol/call-report.ts';
import { type CallLine, MESSAGES } from '../../protocol/messages.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import { connectClient, type DaemonClient } from './daemon-client.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** The most that the daemon lists. */
const MOST = 50;
const USUAL = 20;
/** As much of an id as tells calls apart. */
const SHORT_ID = 8;

/** Lists the last calls; with an id, or its beginning, reports on that one. */
export async function calls(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { last: { type: 'string', short: 'n' } },
  });
  const [id, ...more] = positionals;
  const last = Number(values.last ?? USUAL);
  if (more.length > 0) throw new UsageError('farthing calls takes the id of one call, or none.');
  if (!Number.isInteger(last) || last < 1 || last > MOST)
    throw new UsageError(`--last takes a whole number from 1 to ${MOST}.`);
  await using daemon = await connectClient(terminal);
  if (id !== undefined) return report(terminal, daemon, id);
  const lines = await lastCalls(daemon, last);
  terminal.out(table(lines.map(cellsOf)));
  if (lines.length === 0) terminal.note('The ledger has no calls yet. Make one with: farthing run FILE');
  return 0;
}

async function report(terminal: Terminal, daemon: DaemonClient, id: string): Promise<number> {
  const listed = (await lastCalls(daemon, MOST)).find(({ callId }) => callId.startsWith(id));
  const details = await daemon.request(MESSAGES.callDetails, { callId: listed?.callId ?? id });
  if (details === null) {
    terminal.note(`The ledger has no call "${id}". "farthing calls" lists the last ones.`);
    return 1;
  }
  terminal.out(callReport(details));
  return 0;
}

const lastCalls = async (daemon: DaemonClient, recent: number): Promise<readonly CallLine[]> =>
  // Only the lines are wanted, so no day is summed up.
  (await daemon.request(MESSAGES.summary, { since: Date.now(), recent })).recent;

const cellsOf = (line: CallLine): readonly string[] => [
  line.callId.slice(0, SHORT_ID),
  formatTime(line.startedAt),
  line.outcome,
  line.prompt ?? line.feature,
  line.simulated ? `${line.model} (simulated)` : line.model,
  `${formatTokens(line.inputTokens, line.approximate)} in, ${formatTokens(line.outputTokens, line.approximate)} out`,
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

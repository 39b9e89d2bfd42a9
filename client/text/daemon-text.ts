/** The daemon's status in lines for a person. */

import type { DaemonStatus } from '../../protocol/messages.ts';
import { groupThousands } from '../../protocol/money.ts';

/** One fact of the status. */
export interface StatusLine {
  readonly name: string;
  readonly value: string;
}

/** What there is to know of a running daemon, the most telling first. */
export function statusLines(status: DaemonStatus): readonly StatusLine[] {
  const lines: StatusLine[] = [
    { name: 'Process', value: String(status.pid) },
    { name: 'Version', value: `${status.build.version} (${status.build.hash}), protocol ${status.protocol}` },
    { name: 'Clients', value: `${status.clients}, ${status.callsRunning} calls running` },
    { name: 'Memory', value: `${groupThousands(String(Math.round(status.memoryBytes / 1_000_000)))} MB` },
    { name: 'Uptime', value: formatUptime(status.uptimeMs) },
    { name: 'Runtime', value: status.runtime },
    { name: 'State', value: status.stateFolder },
  ];
  return status.storageProblem === null
    ? lines
    : [{ name: 'Ledger', value: status.storageProblem }, ...lines];
}

/** "12 s", "3 min", "2 h 05 min" or "4 d 2 h", from milliseconds. */
export function formatUptime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return `${Math.floor(milliseconds / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

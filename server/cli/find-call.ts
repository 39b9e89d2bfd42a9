/** A call of the ledger by its id, or by as much of it as "farthing calls" prints, however old it is. */
import { type CallDetails, type CallLine, MESSAGES } from '../../protocol/messages.ts';
import type { DaemonClient } from './daemon-client.ts';
import type { Terminal } from './terminal.ts';

/** The most calls that the daemon lists. */
export const MOST_CALLS = 50;

/** The last calls, the newest first. */
export const lastCalls = async (daemon: DaemonClient, recent: number): Promise<readonly CallLine[]> =>
  // Only the lines are wanted, so no day is summed up.
  (await daemon.request(MESSAGES.summary, { since: Date.now(), recent })).recent;

/** All there is on a call; null, with a note of what to do, where the ledger has none, or several, of this id. */
export async function findCall(
  terminal: Terminal,
  daemon: DaemonClient,
  id: string,
): Promise<CallDetails | null> {
  const details = await daemon.request(MESSAGES.callDetails, { callId: id });
  if (details !== null) return details;
  const { calls, callId } = await daemon.request(MESSAGES.findCall, { beginning: id });
  if (callId !== null && calls === 1) return daemon.request(MESSAGES.callDetails, { callId });
  terminal.note(
    calls > 1
      ? `The ids of ${calls} calls begin with "${id}". Give more of it.`
      : `The ledger has no call "${id}". "farthing calls" lists the last ones.`,
  );
  return null;
}

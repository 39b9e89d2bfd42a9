/**
 * A campaign of crashes: a core under load is killed at points that a seed decides, and started again on the same file,
 * as often as asked. Then the file is looked at: what was said to be written must be there, once, and exact.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Budget } from '../../../protocol/budgets.ts';
import { openCore } from '../../../server/core.ts';
import { loadSqlite } from '../../../server/storage/sqlite-module.ts';
import { startEcho } from '../../simulator/echo.ts';
import { QUIET } from '../../support/core-events.ts';
import { createRandom } from '../../support/random.ts';

const CHILD = fileURLToPath(new URL('./load-child.ts', import.meta.url));

/** Calls that a child may end at most before it is killed. */
const MOST_CALLS = 60;
/** Milliseconds that the kill may come later, so that it falls anywhere in a call. */
const MOST_DELAY_MS = 6;

/** What a campaign found. Everything but the first three must be 0 or empty. */
export interface CampaignResult {
  readonly kills: number;
  readonly calls: number;
  readonly interrupted: number;
  /** Calls that were said to have ended and whose line is missing or says otherwise. */
  readonly lost: readonly string[];
  /** Calls whose cost is not the sum of their attempts. */
  readonly inexact: number;
  /** Lines of calls that nobody began. */
  readonly invented: number;
  /** Lines that still say "running" after a start. */
  readonly running: number;
  /** Attempts and decisions without a call. */
  readonly orphans: number;
  /** Reservations left after a start and one more call. */
  readonly reservations: number;
  /** What a budget says is used, less the sum of its lines, in nano-dollars. */
  readonly budgetError: number;
  /** "ok". */
  readonly integrity: string;
}

const BUDGET: Budget = {
  id: 'month',
  name: 'Everything a month',
  scope: 'everything',
  value: null,
  unit: 'money',
  limit: 1_000_000_000_000,
  window: 'month',
  timeZone: 'UTC',
  action: 'refuse',
  thresholds: [75, 90, 100],
  paused: false,
};

/** Runs it on `file`, which must not exist yet. */
export async function runCampaign(file: string, points: number, seed: number): Promise<CampaignResult> {
  await using echo = await startEcho();
  const first = await openCore(file, QUIET);
  first.budgets.save(BUDGET);
  first.close();

  const random = createRandom(seed);
  const begun = new Set<string>();
  const ended = new Map<string, string>();
  for (let point = 0; point < points; point++) {
    const calls = 1 + Math.floor(random() * MOST_CALLS);
    const child = spawn(process.execPath, [CHILD, file, echo.baseUrl, String(seed + point)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const delay = random() * MOST_DELAY_MS;
    let left = calls;
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, id = '', ...rest] = line.split(' ');
      if (what === 'begun') begun.add(id);
      if (what !== 'ended') continue;
      ended.set(id, rest.join(' '));
      left -= 1;
      if (left === 0) void pause(delay).then(() => child.kill('SIGKILL'));
    }
    await exit;
  }
  return { kills: points, ...(await inspect(file, begun, ended)) };
}

async function inspect(
  file: string,
  begun: ReadonlySet<string>,
  ended: ReadonlyMap<string, string>,
): Promise<Omit<CampaignResult, 'kills'>> {
  const core = await openCore(file, QUIET);
  core.recoverInterrupted();
  // Whoever asks for room clears away what dead owners hold.
  const subject = {
    workspace: null,
    feature: 'look',
    user: 'look',
    job: null,
    provider: 'Echo',
    model: 'gpt-5-mini',
    tags: [],
  };
  core.budgets.reserve({
    callId: 'look',
    worstCases: [{ subject, nano: 1, tokens: 1, isRung: false }],
    startedAt: Date.now(),
    onlyRefusing: false,
  });
  core.budgets.release('look');
  const used = core.budgets.states(Date.now()).find(({ budget }) => budget.id === BUDGET.id)?.used ?? -1;
  core.close();

  const connect = await loadSqlite();
  const database = connect(file, 1000);
  const number = (sql: string) => Number(database.prepare<[], number>(sql).pluck().get());
  const lines = database
    .prepare<[], { id: string; said: string }>(
      "SELECT id, outcome || ' ' || coalesce(cost_nano, 'null') AS said FROM calls",
    )
    .all();
  const said = new Map(lines.map((line) => [line.id, line.said]));
  const result = {
    calls: lines.length,
    interrupted: number("SELECT count(*) FROM calls WHERE outcome = 'interrupted'"),
    lost: [...ended].filter(([id, what]) => said.get(id) !== what.replace(/ $/, ' null')).map(([id]) => id),
    inexact: number(`SELECT count(*) FROM calls WHERE outcome <> 'interrupted' AND cost_nano <>
      (SELECT coalesce(sum(cost_nano), 0) FROM attempts WHERE call_id = calls.id)`),
    invented: lines.filter(({ id }) => !begun.has(id)).length,
    running: number("SELECT count(*) FROM calls WHERE outcome = 'running'"),
    orphans:
      number('SELECT count(*) FROM attempts WHERE call_id NOT IN (SELECT id FROM calls)') +
      number('SELECT count(*) FROM decisions WHERE call_id NOT IN (SELECT id FROM calls)'),
    reservations: number('SELECT count(*) FROM reservations'),
    budgetError:
      used - number("SELECT coalesce(sum(cost_nano), 0) FROM calls WHERE outcome <> 'interrupted'"),
    integrity: String(database.pragma('integrity_check', { simple: true })),
  };
  database.close();
  return result;
}

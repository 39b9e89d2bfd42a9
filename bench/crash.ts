/** The campaign of crashes with many points: how many calls survive kills at random points, and what is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCampaign } from '../test/server/crash/campaign.ts';
import type { Benchmark, Measure } from './benchmark.ts';

/** FARTHING_CRASH_POINTS names another number. */
const POINTS = 200;
const SEED = 7;

export const benchmark: Benchmark = {
  name: 'crash',
  what: 'a core under load, killed at random points and started again on the same file',
  async run() {
    const points = Number(process.env['FARTHING_CRASH_POINTS'] ?? POINTS);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-crash-'));
    try {
      const found = await runCampaign(path.join(folder, 'ledger.db'), points, SEED);
      const count = (name: string, value: number, target: number | null): Measure => ({
        name,
        value,
        unit: '',
        target,
        peers: [],
      });
      return [
        count('kills', found.kills, null),
        count('calls on the ledger', found.calls, null),
        count('of them interrupted', found.interrupted, null),
        count('lines lost', found.lost.length, 0),
        count('lines that do not add up', found.inexact, 0),
        count('lines that nobody wrote', found.invented + found.orphans, 0),
        count('lines still running', found.running, 0),
        count('reservations left', found.reservations, 0),
        count('budget off by, nano-dollars', Math.abs(found.budgetError), 0),
        count('integrity check failed', Number(found.integrity !== 'ok'), 0),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runCampaign } from './campaign.ts';

const POINTS = 20;
const SEED = 20_261;

test('Killed at any point, a daemon loses no line, doubles none, and holds nothing back', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  const { calls, interrupted, ...found } = await runCampaign(file, POINTS, SEED);
  assert.ok(calls > POINTS, `${calls} calls were made`);
  assert.ok(interrupted > 0, 'some calls were interrupted');
  assert.deepEqual(found, {
    kills: POINTS,
    lost: [],
    inexact: 0,
    invented: 0,
    running: 0,
    orphans: 0,
    reservations: 0,
    budgetError: 0,
    integrity: 'ok',
  });
});

/**
 * One of several processes with calls under the same budget: makes them all at once, one answer each, and says on its
 * standard output how each ended.
 */
import { writeSync } from 'node:fs';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { openCore } from '../../../server/core.ts';

const [file = '', baseUrl = '', name = '', calls = '0'] = process.argv.slice(2);

const core = await openCore(file, {
  report: () => undefined,
  ledgerChanged: () => undefined,
  healthChanged: () => undefined,
  thresholdPassed: () => undefined,
});
const provider = { name: 'Echo', baseUrl, models: ['gpt-5-mini'], needsKey: false, pricedAs: 'openai' };
const { settings } = parseSettings({ providers: [provider] });
const run = core.engine.runner({ get: () => null });

async function make(number: number): Promise<void> {
  const content = `question ${name} ${number}`;
  const call = prepareCall(
    {
      callId: `${name}-${number}`,
      source: { kind: 'messages', messages: [{ role: 'user', content }], options: { maxTokens: 50 } },
      feature: 'load',
      signal: new AbortController().signal,
      startedAt: Date.now(),
      purpose: 'run',
    },
    { settings, workspace: 'shop', branch: () => null, openPrompt: () => null },
  );
  try {
    for await (const event of run(call))
      if (event.type === 'receipt') writeSync(1, `${event.receipt.outcome}\n`);
  } catch {
    // How it ended is said already.
  }
}

writeSync(1, 'ready\n');
await Promise.all(Array.from({ length: Number(calls) }, (_, number) => make(number)));
core.close();

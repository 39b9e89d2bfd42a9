/**
 * A daemon's core under load, until it is killed: fresh calls, repeated ones, cancelled ones, under budgets. Says on its
 * standard output, at once, which calls it begins and which have ended and at what cost.
 */
import { writeSync } from 'node:fs';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { openCore } from '../../../server/core.ts';
import { QUIET } from '../../support/core-events.ts';
import { createRandom } from '../../support/random.ts';

const [file = '', baseUrl = '', seed = '0'] = process.argv.slice(2);
/** Calls under way at once. */
const AT_ONCE = 4;

const say = (...words: readonly (string | number | null)[]) => writeSync(1, `${words.join(' ')}\n`);
const core = await openCore(file, QUIET);
core.recoverInterrupted();
const provider = { name: 'Echo', baseUrl, models: ['gpt-5-mini'], needsKey: false, pricedAs: 'openai' };
const { settings } = parseSettings({ providers: [provider] });
const run = core.engine.runner({ get: () => null });
const random = createRandom(Number(seed));
let number = 0;

async function worker(): Promise<void> {
  for (;;) {
    number += 1;
    const callId = `${seed}-${number}`;
    const again = random() < 0.3;
    const content = again ? `question ${Math.floor(random() * 5)}` : `question ${callId}`;
    const controller = new AbortController();
    const call = prepareCall(
      {
        callId,
        source: { kind: 'messages', messages: [{ role: 'user', content }], options: { maxTokens: 50 } },
        feature: 'load',
        signal: controller.signal,
        startedAt: Date.now(),
        purpose: 'run',
      },
      { settings, workspace: 'shop', branch: () => null, openPrompt: () => null },
    );
    say('begun', callId);
    const cancelled = random() < 0.1;
    try {
      for await (const event of run(call)) {
        if (event.type === 'text' && cancelled) controller.abort();
        if (event.type === 'receipt') say('ended', callId, event.receipt.outcome, event.receipt.cost.nano);
      }
    } catch {
      // What went wrong is on the call's line, which is what this is about.
    }
  }
}

say('ready');
await Promise.all(Array.from({ length: AT_ONCE }, worker));

/** farthing run: a prompt file through the daemon; the answer on standard output, its line on standard error. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { howItWasMade } from '../../protocol/call-report.ts';
import { CACHE_MODES, type CacheMode, MESSAGES } from '../../protocol/messages.ts';
import { formatReceipt, type Receipt } from '../../protocol/receipt.ts';
import { configure } from './configure.ts';
import { connectClient, RequestFailed } from './daemon-client.ts';
import { preferenceOf } from './preference.ts';
import { readPromptFile } from './prompt-file.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Exit code of a run that the user cancelled, as shells have it for Ctrl+C. */
const CANCELLED = 130;

/** Runs the prompt; resolves with the exit code. */
export async function run(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string', short: 'm' },
      prefer: { type: 'string' },
      set: { type: 'string', multiple: true, short: 's' },
      tag: { type: 'string', multiple: true, short: 't' },
      cache: { type: 'string' },
      fresh: { type: 'boolean' },
      'no-cache': { type: 'boolean' },
      explain: { type: 'boolean' },
      'all-context': { type: 'boolean' },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError('farthing run takes one prompt file, or - for standard input.');
  const cache = cacheMode(values);
  const preference = preferenceOf(values);
  const given = parseValues(values.set ?? []);
  const source = { kind: 'text', ...(await readPromptFile(terminal, file)) } as const;
  const settings = readSettings(terminal);
  for (const { message } of settings.problems) terminal.note(message);

  await using daemon = await connectClient(terminal);
  await configure(daemon, settings, terminal);
  let simulatedBy: string | null = null;
  let half = '';
  let answered = false;
  daemon.on(MESSAGES.reply, ({ deltas }) => {
    for (const delta of deltas) {
      if (delta.type === 'text') {
        answered = true;
        // A character may come in two halves, which are nothing on their own once they are bytes.
        const text = half + delta.text;
        half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
        terminal.out(text.slice(0, text.length - half.length));
      } else if (delta.type === 'start' && delta.simulated) simulatedBy = delta.provider;
    }
  });
  daemon.on(MESSAGES.notice, ({ message }) => terminal.note(message));

  const finish = async (receipt: Receipt) => {
    // Of a call that gave nothing, standard output has nothing, not even a line.
    if (answered) terminal.out(`${half}\n`);
    terminal.note(formatReceipt(receipt));
    if (values.explain) {
      const details = await daemon.request(MESSAGES.callDetails, { callId: receipt.callId });
      terminal.note(howItWasMade(receipt, details?.attempts ?? []));
    }
    if (simulatedBy !== null)
      terminal.note(`${simulatedBy} is a simulator: nothing was sent to a model and nothing was billed.`);
  };
  try {
    const { notes } = await daemon.request(MESSAGES.inspectPrompt, {
      source,
      ...(preference === null ? {} : { preference }),
    });
    // With a model on the command line, the one in the file is of no interest.
    if (values.model === undefined) for (const { message } of notes) terminal.note(message);
    const params = {
      callId: randomUUID(),
      source,
      feature: 'command line',
      values: given,
      context: { workspaceFolder: process.cwd(), workspaceFolderBasename: path.basename(process.cwd()) },
      tags: values.tag ?? [],
      // What a terminal or a pipe has got cannot be taken back.
      held: true,
      ...(values['all-context'] ? { stagesOff: ['fitHistory', 'fitContext'] as const } : {}),
      ...(cache === null ? {} : { cache }),
      ...(values.model === undefined ? {} : { model: values.model }),
      ...(preference === null ? {} : { preference }),
    };
    await finish(await daemon.request(MESSAGES.run, params, terminal.signal));
    return 0;
  } catch (error) {
    if (error instanceof RequestFailed && error.receipt !== null) await finish(error.receipt);
    if (error instanceof RequestFailed && error.code === 'cancelled') {
      terminal.note(error.message);
      return CANCELLED;
    }
    throw error;
  }
}

/** What the cache may do; null leaves it to the prompt's front matter. */
function cacheMode(values: {
  readonly cache?: string | undefined;
  readonly fresh?: boolean | undefined;
  readonly 'no-cache'?: boolean | undefined;
}): CacheMode | null {
  const asked = [
    ...(values.cache === undefined ? [] : [values.cache]),
    ...(values.fresh ? ['refresh'] : []),
    ...(values['no-cache'] ? ['bypass'] : []),
  ];
  if (asked.length > 1) throw new UsageError('Use one of --cache, --fresh and --no-cache.');
  if (asked.length === 0) return null;
  const mode = CACHE_MODES.find((one) => one === asked[0]);
  if (mode === undefined) throw new UsageError(`--cache takes one of ${CACHE_MODES.join(', ')}.`);
  return mode;
}

function parseValues(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [name = '', ...value] = assignment.split('=');
      if (name === '' || value.length === 0) throw new UsageError(`--set takes NAME=VALUE, not "${name}".`);
      return [name, value.join('=')];
    }),
  );
}

/** farthing run: a prompt file through the daemon; the answer on standard output, its line on standard error. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { farthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { formatReceipt, type Receipt } from '../../protocol/receipt.ts';
import { decodeUtf8 } from '../prompts/limits.ts';
import { connectClient, type DaemonClient, RequestFailed } from './daemon-client.ts';
import { describeFileError } from './file-errors.ts';
import { type CommandSettings, readSettings } from './settings.ts';
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
      set: { type: 'string', multiple: true, short: 's' },
      fresh: { type: 'boolean' },
      'no-cache': { type: 'boolean' },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError('farthing run takes one prompt file, or - for standard input.');
  const text = decodeUtf8(await readBytes(terminal, file), file);
  const uri = file === '-' ? 'untitled:standard-input' : pathToFileURL(path.resolve(file)).href;
  const settings = readSettings(terminal);
  for (const { message } of settings.problems) terminal.note(message);

  await using daemon = await connectClient(terminal);
  await configure(daemon, settings, terminal);
  let simulatedBy: string | null = null;
  let half = '';
  daemon.on(MESSAGES.reply, ({ deltas }) => {
    for (const delta of deltas) {
      if (delta.type === 'text') {
        // A character may come in two halves, which are nothing on their own once they are bytes.
        const text = half + delta.text;
        half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
        terminal.out(text.slice(0, text.length - half.length));
      } else if (delta.type === 'start' && delta.simulated) simulatedBy = delta.provider;
    }
  });
  daemon.on(MESSAGES.notice, ({ message }) => terminal.note(message));

  const finish = (receipt: Receipt) => {
    terminal.out(`${half}\n`);
    terminal.note(formatReceipt(receipt));
    if (simulatedBy !== null)
      terminal.note(`${simulatedBy} is a simulator: nothing was sent to a model and nothing was billed.`);
  };
  const source = { kind: 'text', uri, text } as const;
  try {
    const { notes } = await daemon.request(MESSAGES.inspectPrompt, { source });
    // With a model on the command line, the one in the file is of no interest.
    if (values.model === undefined) for (const { message } of notes) terminal.note(message);
    const params = {
      callId: randomUUID(),
      source,
      feature: 'command line',
      values: parseValues(values.set ?? []),
      context: { workspaceFolder: process.cwd(), workspaceFolderBasename: path.basename(process.cwd()) },
      cache: values['no-cache']
        ? ('bypass' as const)
        : values.fresh
          ? ('refresh' as const)
          : ('use' as const),
      ...(values.model === undefined ? {} : { model: values.model }),
    };
    finish(await daemon.request(MESSAGES.run, params, terminal.signal));
    return 0;
  } catch (error) {
    if (error instanceof RequestFailed && error.receipt !== null) finish(error.receipt);
    if (error instanceof RequestFailed && error.code === 'cancelled') {
      terminal.note(error.message);
      return CANCELLED;
    }
    throw error;
  }
}

/** Gives the daemon this command's settings and, from the environment, its keys. */
async function configure(
  daemon: DaemonClient,
  { raw, settings }: CommandSettings,
  { environment }: Terminal,
): Promise<void> {
  const workspace = { name: path.basename(process.cwd()), folder: process.cwd() };
  await daemon.request(MESSAGES.configure, { settings: raw, trusted: true, workspace });
  for (const { name, keyEnvironment } of settings.providers) {
    const key = keyEnvironment === null ? undefined : environment[keyEnvironment];
    if (key) await daemon.request(MESSAGES.setKey, { provider: name, key, origin: 'environment' });
  }
}

async function readBytes(terminal: Terminal, file: string): Promise<Uint8Array> {
  if (file === '-') return terminal.readInput();
  try {
    return await readFile(file);
  } catch (cause) {
    throw farthingError('fileUnreadable', { file, detail: describeFileError(cause) }, { cause });
  }
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

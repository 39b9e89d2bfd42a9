/** farthing explain: what a run of a prompt file would do and cost, with nothing sent. */
import { parseArgs } from 'node:util';
import { MESSAGES } from '../../protocol/messages.ts';
import { planReport } from '../../protocol/plan.ts';
import { promptName } from '../../protocol/prompt-name.ts';
import { configure } from './configure.ts';
import { connectClient } from './daemon-client.ts';
import { preferenceOf } from './preference.ts';
import { readPromptFile } from './prompt-file.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Prints the plan: each step with its decision, then the estimate. Resolves with the exit code. */
export async function explain(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { model: { type: 'string', short: 'm' }, prefer: { type: 'string' } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError('farthing explain takes one prompt file, or - for standard input.');
  const preference = preferenceOf(values);
  const source = { kind: 'text', ...(await readPromptFile(terminal, file)) } as const;
  const settings = readSettings(terminal);
  for (const { message } of settings.problems) terminal.note(message);

  await using daemon = await connectClient(terminal);
  await configure(daemon, settings, terminal);
  daemon.on(MESSAGES.notice, ({ message }) => terminal.note(message));
  const { notes } = await daemon.request(MESSAGES.inspectPrompt, {
    source,
    ...(preference === null ? {} : { preference }),
  });
  // With a model on the command line, the one in the file is of no interest.
  if (values.model === undefined) for (const { message } of notes) terminal.note(message);
  const preview = await daemon.request(MESSAGES.preview, {
    source,
    feature: 'command line',
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(preference === null ? {} : { preference }),
  });
  terminal.out(planReport(file === '-' ? 'Standard input' : (promptName(source.uri) ?? file), preview));
  return 0;
}

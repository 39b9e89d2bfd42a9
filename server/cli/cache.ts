/** farthing cache: what the cache holds, and taking answers out of it. */
import { parseArgs } from 'node:util';
import { formatCacheCount } from '../../protocol/cache-count.ts';
import { type CacheScope, MESSAGES } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import { findModels, resolveModel } from '../prompts/models.ts';
import { configure } from './configure.ts';
import { connectClient, type DaemonClient } from './daemon-client.ts';
import { findCall } from './find-call.ts';
import { readPromptFile } from './prompt-file.ts';
import { readSettings } from './settings.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Counts, forgets the answer of a call, or invalidates a scope. */
export async function cache(terminal: Terminal, args: readonly string[]): Promise<number> {
  const [action = 'count', ...more] = args;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run === undefined)
    throw new UsageError('farthing cache takes count, forget with a call, or invalidate with a scope.');
  return run(terminal, more);
}

const ACTIONS: Readonly<Record<string, (terminal: Terminal, args: readonly string[]) => Promise<number>>> = {
  count,
  forget,
  invalidate,
};

async function count(terminal: Terminal, args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError('farthing cache count takes nothing else.');
  await using daemon = await connectClient(terminal);
  const { cache: held } = await daemon.request(MESSAGES.status, {});
  const limit = `${Math.round(held.limitBytes / 1e6)} MB`;
  terminal.out(`The cache holds ${formatCacheCount(held)}, of at most ${limit}.\n`);
  return 0;
}

/** Takes the answer of one call out, by the id that "farthing calls" prints. */
async function forget(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0)
    throw new UsageError('farthing cache forget takes the id of the call whose answer was wrong.');
  await using daemon = await connectClient(terminal);
  const details = await findCall(terminal, daemon, id);
  if (details === null) return 1;
  const entry = details.line.cacheEntry;
  const { forgotten } =
    entry === null ? { forgotten: false } : await daemon.request(MESSAGES.forgetReply, { entry });
  if (!forgotten) {
    terminal.note('The cache does not have the answer of this call. The next run asks the provider.');
    return 1;
  }
  terminal.out('The answer is forgotten. The next run asks the provider anew.\n');
  return 0;
}

const OPTIONS = {
  everything: { type: 'boolean' },
  workspace: { type: 'boolean' },
  feature: { type: 'string' },
  provider: { type: 'string' },
  model: { type: 'string', short: 'm' },
  prompt: { type: 'string' },
  older: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

const SCOPES = ['everything', 'workspace', 'feature', 'provider', 'model', 'prompt'] as const;

/** Says how many answers are meant; takes them out only where `--yes` says so. */
async function invalidate(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const chosen = SCOPES.filter((name) => values[name] !== undefined);
  if (chosen.length !== 1)
    throw new UsageError(
      'farthing cache invalidate takes one of --everything, --workspace, --feature NAME, --provider NAME, --model MODEL and --prompt FILE.',
    );
  if (values.older && values.model === undefined && values.prompt === undefined)
    throw new UsageError('--older goes with --model or --prompt.');
  if (values.yes && values['dry-run']) throw new UsageError('--yes and --dry-run exclude each other.');
  await using daemon = await connectClient(terminal);
  const scope = await scopeOf(terminal, daemon, values);
  const dryRun = values.yes !== true;
  const found = await daemon.request(MESSAGES.invalidateCache, { scope, dryRun });
  const answers = formatCacheCount(found);
  terminal.out(dryRun ? `${answers} would be taken out.\n` : `${answers} taken out of the cache.\n`);
  if (dryRun && found.entries > 0) terminal.note('Nothing was changed. Add --yes to take them out.');
  return 0;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function scopeOf(terminal: Terminal, daemon: DaemonClient, values: Values): Promise<CacheScope> {
  const olderOnly = values.older === true;
  if (values.feature !== undefined) return { kind: 'feature', feature: values.feature };
  if (values.provider !== undefined)
    return { kind: 'provider', provider: namedIn(readSettings(terminal).settings, values.provider) };
  if (values.model !== undefined) {
    const { settings } = readSettings(terminal);
    return { kind: 'model', ...modelNamed(values.model, settings, olderOnly), olderOnly };
  }
  if (values.prompt !== undefined) {
    const { uri, text } = await readPromptFile(terminal, values.prompt);
    // What is older can only be told from a document that is open.
    const textDocument = { uri, languageId: 'prompt', version: 1, text };
    await daemon.raw('textDocument/didOpen', { textDocument });
    return { kind: 'prompt', uri, olderOnly };
  }
  if (values.everything) return { kind: 'everything' };
  await configure(daemon, readSettings(terminal), terminal);
  return { kind: 'workspace' };
}

/** A provider as the settings write it; as it was typed where they have none, since its answers may still be there. */
const namedIn = ({ providers }: Settings, typed: string): string =>
  providers.find(({ name }) => name.toLowerCase() === typed.toLowerCase())?.name ?? typed;

/**
 * The model as the settings write it, of whichever provider: answers may be there of one that no settings have, as
 * those of Demo. "Provider/model" means that provider's alone, and so does "older", which is told by what one answers.
 */
function modelNamed(
  typed: string,
  settings: Settings,
  olderOnly: boolean,
): { readonly provider: string | null; readonly model: string } {
  const [known] = findModels([typed], settings);
  const slash = typed.indexOf('/');
  if (known === undefined && slash > 0)
    return { provider: namedIn(settings, typed.slice(0, slash)), model: typed.slice(slash + 1) };
  if (olderOnly) {
    const { provider, model } = resolveModel(typed, settings, { strict: true });
    return { provider: provider.name, model: model.id };
  }
  const isOfOne =
    known !== undefined &&
    typed.toLowerCase().startsWith(`${known.provider.name.toLowerCase()}/`) &&
    typed !== known.model.id;
  return { provider: isOfOne ? known.provider.name : null, model: known?.model.id ?? typed };
}

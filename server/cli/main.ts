/** The command line: one list of commands, and the one place where their errors are printed. */
import os from 'node:os';
import { FarthingError, toFarthingError } from '../../protocol/errors.ts';
import { currentBuild } from '../process/build.ts';
import { statePaths } from '../process/state-folder.ts';
import { type Terminal, UsageError } from './terminal.ts';

interface Command {
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  /** Imported when it is run, so that counting does not load the daemon. */
  readonly load: () => Promise<(terminal: Terminal, args: readonly string[]) => Promise<number>>;
}

const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    usage:
      'run FILE [--model MODEL|auto] [--prefer frugal|balanced|best] [--set NAME=VALUE]... [--tag NAME]... [--cache use|refresh|bypass|only] [--all-context] [--explain]',
    what: 'Runs a prompt file (- for standard input): the answer on standard output, tokens and cost on standard error. --fresh is --cache refresh, --no-cache is --cache bypass; --all-context leaves nothing out of marked context or of a conversation; --explain says how the answer was made.',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'explain',
    usage: 'explain FILE [--model MODEL|auto] [--prefer frugal|balanced|best]',
    what: 'Says what a run of a prompt file (- for standard input) would do and cost, step by step and why, and what would change it. Sends nothing.',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'count',
    usage: 'count FILE... [--model MODEL]',
    what: 'Counts the tokens of files; a prompt file as it is sent.',
    load: async () => (await import('./count.ts')).count,
  },
  {
    name: 'audit',
    usage: 'audit [FOLDER] [--model MODEL]',
    what: 'Adds up what every turn of a coding agent loads from a folder (AGENTS.md, CLAUDE.md, instructions, skills): tokens, cost per 1,000 turns, and what is there twice. Sends nothing.',
    load: async () => (await import('./audit.ts')).audit,
  },
  {
    name: 'rules',
    usage: 'rules [NAME]',
    what: 'Says what the compression rules of the editor change in a prompt, each with examples.',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    name: 'compress',
    usage: 'compress FILE [--risk lossless|low|review] [--list | --write]',
    what: 'Prints a prompt file (- for standard input) without what the rules find superfluous, and says what that saves; --list says where and why, --write changes the file. --risk is how far it goes, "low" (wording) where nothing is said.',
    load: async () => (await import('./compress.ts')).compress,
  },
  {
    name: 'calls',
    usage: 'calls [--last N]',
    what: 'Lists the last calls of the ledger, the newest first, each with its id.',
    load: async () => (await import('./calls.ts')).calls,
  },
  {
    name: 'call',
    usage: 'call ID',
    what: 'Says all there is on one call: its requests, their cost, and what was decided. The first characters of the id are enough.',
    load: async () => (await import('./call.ts')).call,
  },
  {
    name: 'cache',
    usage:
      'cache [count | forget ID | invalidate (--everything | --workspace | --feature NAME | --provider NAME | --model MODEL | --prompt FILE) [--older] [--dry-run | --yes]]',
    what: 'Says what the cache holds; forgets the answer of a call that was wrong; or says how many answers of a scope would be taken out, and takes them out with --yes.',
    load: async () => (await import('./cache.ts')).cache,
  },
  {
    name: 'daemon',
    usage: 'daemon status | stop | serve',
    what: 'Says how the shared daemon is, stops it, or runs one in the foreground.',
    load: async () => (await import('./daemon.ts')).daemon,
  },
];

const USAGE_EXIT = 2;
const HELP: readonly string[] = ['--help', '-h'];

/** Runs the command line; resolves with the exit code: 0 done, 1 not done, 2 not understood, 130 cancelled. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || ['help', ...HELP].includes(name)) {
    process.stdout.write(help());
    return name === undefined ? USAGE_EXIT : 0;
  }
  if (['version', '--version', '-v'].includes(name)) {
    process.stdout.write(`${currentBuild(process.env).version}\n`);
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  try {
    if (command === undefined) throw new UsageError(`There is no command "${name}".`);
    if (rest.some((one) => HELP.includes(one)) && !rest.includes('--')) {
      process.stdout.write(helpOf(command));
      return 0;
    }
    const run = await command.load();
    return await run(terminal(), rest);
  } catch (error) {
    return report(error, command);
  }
}

function report(error: unknown, command: Command | undefined): number {
  const isUsage =
    error instanceof UsageError || String((error as { code?: unknown })?.code).startsWith('ERR_PARSE_ARGS');
  if (isUsage) {
    // Of a command that there is, only how it is used: the sentence must not be lost above a page of help.
    const usage = command === undefined ? help() : `Usage: farthing ${command.usage}\n`;
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return USAGE_EXIT;
  }
  process.stderr.write(`${toFarthingError(error).message}\n`);
  // A fault of ours: whoever runs a command line can use the trace, and it holds no prompt.
  if (!(error instanceof FarthingError) && process.env['FARTHING_DEBUG']) console.error(error);
  return 1;
}

const helpOf = ({ usage, what }: Command): string => `  farthing ${usage}\n      ${what}\n`;

function help(): string {
  const lines = COMMANDS.map(helpOf);
  return `Farthing ${currentBuild(process.env).version}: what every prompt costs, and how to pay less.\n\n${lines.join('')}
The key comes from the environment (OPENAI_API_KEY; OPENAI_BASE_URL for another endpoint).\n`;
}

function terminal(): Terminal {
  let controller: AbortController | null = null;
  // Whoever reads may stop reading, as `head` does; the answer is paid for, so its line is still written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(
      `Standard output cannot be written (${error.code}). Free its disk, or write elsewhere.\n`,
    );
    process.exit(1);
  });
  process.stderr.on('error', () => undefined);
  return {
    environment: process.env,
    paths: statePaths({
      environment: process.env,
      platform: process.platform,
      home: os.homedir(),
      temporary: os.tmpdir(),
    }),
    // Until a command asks for it, Ctrl+C ends the process as it ends any other.
    get signal() {
      if (controller !== null) return controller.signal;
      const made = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => made.abort());
      controller = made;
      return made.signal;
    },
    out: (text) => process.stdout.write(text),
    note: (line) => process.stderr.write(`${line}\n`),
    async readInput() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
  };
}

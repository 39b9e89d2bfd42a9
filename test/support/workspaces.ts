/** Workspaces on the disk and the command check over them, for tests that run real programs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type CommandSettings, defaultSettings } from '../../protocol/settings.ts';
import { withCommandCheck } from '../../server/gates/command-check.ts';
import type { CommandRunner } from '../../server/gates/command-runner.ts';
import type { Clock, Gates, GateVerdict } from '../../server/pipeline/ports.ts';
import type { Call } from '../../server/pipeline/stage.ts';
import { createCommandRunner } from '../../server/workspace/command-runner.ts';
import type { CopyLimits } from '../../server/workspace/copy-workspace.ts';
import { makeAnswer } from './gate-fixtures.ts';
import { makeCall, openGates, testClock } from './pipeline-fakes.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Bench {
  /** The workspace. */
  readonly folder: string;
  /** A folder beside it, for what must not be touched and for what programs tell. */
  readonly beside: string;
  /** Where copies are made; empty when nothing runs. */
  readonly parent: string;
  readonly gates: Gates;
  readonly runner: CommandRunner & { close(): void };
  judge(text: string, script: string, overrides?: JudgeOptions): Promise<GateVerdict>;
  read(name: string): string;
  /** What is left in the folder of the copies. */
  leftovers(): readonly string[];
}

export interface JudgeOptions {
  readonly command?: Partial<CommandSettings>;
  readonly call?: Partial<Call>;
}

export interface BenchOptions {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly git?: boolean;
  readonly clock?: Clock;
  readonly limits?: CopyLimits;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The file that changes are made to, and the answer that doubles 2. */
export const FILES = { 'src/a.js': 'export const a = 1;\nexport const b = 2;\n' };
export const fenced = (info: string, code: string): string => `\`\`\`${info}\n${code}\n\`\`\`\n`;
export const DIFF = fenced(
  'diff',
  '--- a/src/a.js\n+++ b/src/a.js\n@@ -1,2 +1,2 @@\n export const a = 1;\n-export const b = 2;\n+export const b = 4;',
);

/** A workspace with files and a check over it that runs scripts of this Node. */
export function workspaceBench(context: TestContext, options: BenchOptions = {}): Bench {
  const { files = FILES, git = false, clock = testClock(), limits, environment } = options;
  const root = temporaryFolder(context);
  const [folder, beside, parent] = ['workspace', 'beside', 'copies'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [folder, beside, parent]) mkdirSync(one);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  if (git) execFileSync('git', ['init', '--quiet'], { cwd: folder });
  const runner = createCommandRunner({
    clock,
    parent,
    ...(limits === undefined ? {} : { limits }),
    ...(environment === undefined ? {} : { environment }),
  });
  context.after(() => runner.close());
  const gates = withCommandCheck(openGates, runner, clock);
  return {
    folder,
    beside,
    parent,
    gates,
    runner,
    judge: (text, script, { command, call } = {}) =>
      gates.judge(
        makeAnswer(text),
        makeCheckedCall(folder, [process.execPath, '-e', script, beside], { command, call }),
      ),
    read: (name) => readFileSync(path.join(folder, name), 'utf8'),
    leftovers: () => (existsSync(parent) ? readdirSync(parent) : []),
  };
}

/** A call whose prompt asks for the check, in a trusted workspace. */
export const makeCheckedCall = (
  folder: string | null,
  words: readonly string[],
  {
    command,
    call,
  }: { command?: Partial<CommandSettings> | undefined; call?: Partial<Call> | undefined } = {},
): Call =>
  makeCall({
    check: { folder, trusted: true },
    settings: {
      ...defaultSettings(),
      cascadeCommand: { command: words, timeoutSeconds: 120, maxOutputKilobytes: 64, ...command },
    },
    ...call,
  });

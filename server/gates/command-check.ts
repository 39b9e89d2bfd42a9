/** The check by the user's own command, after all others: it is the slowest, and the surest. */
import type { Clock, Gates, GateVerdict } from '../pipeline/ports.ts';
import type { Call, CheckPlace } from '../pipeline/stage.ts';
import type { CommandResult, CommandRunner } from './command-runner.ts';
import { fileChangesOf, NOT_RUN } from './file-changes.ts';
import type { Answer, Complaint } from './gate.ts';
import { beginningOf } from './question.ts';

/** How much of the output the next model reads: its last lines say what failed. */
const MOST_LINES = 30;
const MOST_CHARACTERS = 3000;

/** What is left of a call's time for showing the answer, in milliseconds. */
const RESERVE_MS = 1000;

/** Colours and other sequences for terminals (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;

/**
 * The gates, and for a call whose prompt asks for it the user's command on a copy of the workspace with the answer's
 * changes. It runs only where nothing else is wrong, only in a trusted workspace, and only what the settings name.
 * Where it cannot be run, a note says why and the answer stands. Throws "cancelled" when the call is aborted meanwhile.
 */
export function withCommandCheck(gates: Gates, runner: CommandRunner, clock: Pick<Clock, 'elapsed'>): Gates {
  return {
    ...gates,
    async judge(answer, call) {
      const verdict = await gates.judge(answer, call);
      const { check } = call;
      // A cut answer goes on, so that its changes are not whole yet.
      if (check === undefined || !verdict.passed || answer.reason === 'length') return verdict;
      const finding = await findingOf({ ...answer, text: beginningOf(call) + answer.text }, call, check);
      return joined(verdict, finding);
    },
  };

  async function findingOf(answer: Answer, call: Call, check: CheckPlace): Promise<Finding> {
    const { cascadeCommand } = call.settings;
    if (cascadeCommand === null)
      return aside('The prompt asks for a check by command, and farthing.cascade.command names none.');
    if (!check.trusted)
      return aside(
        `The workspace is not trusted, so ${NOT_RUN}. Trust it first; on the command line, by FARTHING_TRUST=1.`,
      );
    if (check.folder === null) return aside(`There is no workspace folder, so ${NOT_RUN}.`);
    const changes = fileChangesOf(answer);
    if ('aside' in changes) return aside(changes.aside);
    if (changes.length === 0) return aside(`The answer changes no file that it names, so ${NOT_RUN}.`);
    const wantedMs = cascadeCommand.timeoutSeconds * 1000;
    const leftMs = call.endsBy === null ? wantedMs : call.endsBy - clock.elapsed() - RESERVE_MS;
    if (leftMs <= 0) return aside(`The call has no time left, so ${NOT_RUN}.`);
    const result = await runner.run({
      folder: check.folder,
      changes,
      command: cascadeCommand.command,
      timeoutMs: Math.min(wantedMs, leftMs),
      maxOutputBytes: cascadeCommand.maxOutputKilobytes * 1024,
      signal: call.signal,
    });
    // It had less time than its user means it to have, which says nothing of the answer.
    if (result.kind === 'timedOut' && leftMs < wantedMs)
      return aside(
        `The command was ended after ${seconds(result.milliseconds)}, since the call must end; raise farthing.request.deadlineSeconds.`,
      );
    return sentenceOf(result);
  }
}

type Finding = { readonly complaint: Complaint } | { readonly aside: string } | null;

const aside = (why: string): Finding => ({ aside: why });

function joined(verdict: GateVerdict, finding: Finding): GateVerdict {
  if (finding === null) return verdict;
  if ('aside' in finding) return { ...verdict, notes: [...verdict.notes, finding.aside] };
  return {
    ...verdict,
    passed: false,
    certain: true,
    complaints: [finding.complaint, ...verdict.complaints],
  };
}

/** The gate's name is what the ledger and the user read; only the next model reads what the command wrote. */
function sentenceOf(result: CommandResult): Finding {
  if (result.kind === 'passed') return null;
  if (result.kind === 'notRun') return aside(result.why);
  if (result.kind === 'unfit')
    return { complaint: { gate: 'its changes do not fit the workspace', why: result.why } };
  const took = seconds(result.milliseconds);
  const [gate, what] =
    result.kind === 'timedOut'
      ? [`the command did not end within ${took}`, `did not end within ${took}`]
      : [`the command failed with ${result.ending} after ${took}`, `failed with ${result.ending}`];
  return {
    complaint: { gate, why: `With its changes the project's check ${what}.${lastLines(result.output)}` },
  };
}

function lastLines(output: string): string {
  const lines = output
    .slice(-4 * MOST_CHARACTERS)
    .replace(ESCAPES, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-MOST_LINES);
  const text = lines.join('\n').slice(-MOST_CHARACTERS).toWellFormed();
  return text === '' ? ' It wrote nothing.' : ` The last lines of its output:\n${text}\n`;
}

/** "0.4 s", "3 s", "120 s". */
const seconds = (milliseconds: number): string =>
  `${milliseconds < 9950 ? Number((milliseconds / 1000).toFixed(1)) : Math.round(milliseconds / 1000)} s`;

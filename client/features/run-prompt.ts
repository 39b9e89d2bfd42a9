/** "Run Prompt" in each cache mode: from the palette, the editor's title, the CodeLens and the panel. */
import * as vscode from 'vscode';
import { farthingError } from '../../protocol/errors.ts';
import { type CacheMode, MESSAGES, type RunParams } from '../../protocol/messages.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { judge } from '../judge-answer.ts';
import { isPrompt } from '../last-editor.ts';
import { ANSWER_SCHEME, promptName, RUN_GLOB } from '../prompt-documents.ts';
import { askValues, askValuesTogether } from '../prompt-values.ts';
import { subjectOf } from '../runs.ts';
import { showError } from '../show-error.ts';
import { promptContext } from '../text/prompt-context.ts';
import { createDialogs } from './providers-dialogs.ts';

const LISTED_PROMPTS = 200;

/** Registers the commands. They take the prompt's URI, as text or as a Uri; by default the active editor's. */
export function runPrompt(host: FeatureHost): vscode.Disposable {
  // Without a mode the prompt's own front matter says what the cache may do.
  const command = (cache?: CacheMode) => (target: unknown) =>
    runOne(host, target, cache === undefined ? {} : { cache }).catch(showError);
  return disposeAll([
    vscode.commands.registerCommand('farthing.runPrompt', command()),
    vscode.commands.registerCommand('farthing.runPromptFresh', command('refresh')),
    vscode.commands.registerCommand('farthing.runPromptBypass', command('bypass')),
    vscode.commands.registerCommand('farthing.runPromptCached', command('only')),
    vscode.commands.registerCommand('farthing.runPromptInputs', (target: unknown) =>
      runOne(host, target, {}, askTogether).catch(showError),
    ),
  ]);
}

/** What is asked for this run alone. */
type ThisOnce = Pick<RunParams, 'cache' | 'stagesOff'>;

/** Runs the prompt that a command names, or that the user chooses. */
export async function runOne(
  host: FeatureHost,
  target: unknown,
  once: ThisOnce,
  ask: typeof askValues = askValues,
): Promise<void> {
  if (!vscode.workspace.isTrusted) throw farthingError('untrusted', {});
  const uri = namedPrompt(target) ?? (await choosePrompt());
  if (uri === null) return;
  // Opening it also gives its text to the daemon, where it was not open.
  const document = await vscode.workspace.openTextDocument(uri);
  const source = { kind: 'document', uri: uri.toString() } as const;
  const name = promptName(uri.path);
  const { variables } = await host.daemon.request(MESSAGES.inspectPrompt, { source });
  // A run that is under way is only shown, and needs no values for that.
  const isRunning = host.runs.running().some(({ subject }) => subject.toString() === uri.toString());
  const values = isRunning ? {} : await ask(host.context.workspaceState, uri, name, variables);
  if (values === null) return;
  if (once.cache === 'refresh')
    for (const receipt of receiptsFor(host, uri)) void judge(host.daemon, receipt, 'regenerated');
  const context = promptContext(variables, host.lastEditor.place());
  await host.runs.run({
    subject: uri,
    name,
    params: {
      source,
      values,
      context,
      feature: 'prompt file',
      ...once,
    },
    asItWas: { kind: 'text', uri: uri.toString(), text: document.getText() },
  });
}

/** All values step by step, with a way back, and together before the run. */
const askTogether: typeof askValues = async (memory, uri, name, variables) => {
  const dialogs = createDialogs();
  try {
    return await askValuesTogether(memory, uri, name, variables, dialogs);
  } finally {
    dialogs.dispose();
  }
};

/** Of the answer that a fresh one takes the place of. */
const receiptsFor = ({ runs }: FeatureHost, prompt: vscode.Uri): readonly Receipt[] =>
  runs
    .answers()
    .filter(({ uri }) => subjectOf(uri).toString() === prompt.toString())
    .flatMap(({ answer }) => answer.end?.receipt ?? []);

/** The prompt that a command names, or that is active, or whose answer is active; null for none. */
export function namedPrompt(target: unknown): vscode.Uri | null {
  if (target instanceof vscode.Uri) return target;
  if (typeof target === 'string') return vscode.Uri.parse(target);
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return null;
  if (isPrompt(document)) return document.uri;
  if (document.uri.scheme !== ANSWER_SCHEME) return null;
  const subject = subjectOf(document.uri);
  return vscode.workspace.textDocuments.some(
    (open) => open.uri.toString() === subject.toString() && isPrompt(open),
  )
    ? subject
    : null;
}

/** Asks which prompt of the workspace is meant, and shows it. */
async function choosePrompt(): Promise<vscode.Uri | null> {
  const found = await vscode.workspace.findFiles(RUN_GLOB, '**/node_modules/**', LISTED_PROMPTS);
  if (found.length === 0) {
    void offerExample();
    return null;
  }
  const items = found
    .map((uri) => ({
      label: promptName(uri.path),
      description: vscode.workspace.asRelativePath(uri),
      uri,
    }))
    .sort((a, b) => a.description.localeCompare(b.description));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Run Prompt'),
    matchOnDescription: true,
  });
  if (chosen === undefined) return null;
  await vscode.window.showTextDocument(chosen.uri);
  return chosen.uri;
}

async function offerExample(): Promise<void> {
  const create = vscode.l10n.t('New Example Prompt');
  const message = vscode.l10n.t('There is no prompt here. A prompt is a file that ends in ".prompt.md".');
  if ((await vscode.window.showInformationMessage(message, create)) === create) {
    await vscode.commands.executeCommand('farthing.newExample');
  }
}

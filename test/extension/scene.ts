/** What every suite works with: a provider on loopback, settings that name it, prompts on disk, and their answers. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { until } from './until.ts';

/** The models of the scene's provider; the first one answers where nobody says which. */
export const MODELS = ['gpt-5-mini', 'gpt-4.1'] as const;

/** At the scene's prices of $1 and $10 for a million tokens this is $0.002. */
export const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };

/** True for the document that shows the answer to this prompt or selection. */
export const isAnswerTo = ({ uri }: vscode.TextDocument, other: vscode.Uri): boolean =>
  other.scheme === 'farthing-answer' && other.query === uri.toString();

/** A VS Code with Farthing in it, and the world around it. */
export interface Scene extends AsyncDisposable {
  readonly simulator: Simulator;
  /** Writes a prompt of its own file into the workspace and shows it. */
  openPrompt(text: string): Promise<vscode.TextDocument>;
  /** Sets a setting of "farthing." for the user. */
  set(key: string, value: unknown): Promise<void>;
  /** What stands above the prompt; null before there is anything. */
  lens(document: vscode.TextDocument): Promise<vscode.Command | null>;
  /** Waits for a line above the prompt that fits. */
  lensLike(document: vscode.TextDocument, pattern: RegExp): Promise<vscode.Command>;
  /** Waits until nothing stands above the prompt. */
  noLens(document: vscode.TextDocument): Promise<void>;
  /** The text of the document's answer; "" before there is one. */
  answer(document: vscode.TextDocument): string;
  /** Waits for an answer that fits. */
  answerLike(document: vscode.TextDocument, pattern: RegExp): Promise<string>;
  /** Runs the prompt to its end, as a click on its CodeLens does. */
  run(document: vscode.TextDocument): Promise<void>;
  /** Process of the daemon that serves this window. */
  daemonPid(): Promise<number>;
  /** Closes what a test left open and asserts that the provider was asked what was scripted, and nothing else. */
  endTest(): Promise<void>;
}

/** Starts the provider and configures Farthing for it. */
export async function createScene(): Promise<Scene> {
  const simulator = await startSimulator();
  let prompts = 0;
  const set = async (key: string, value: unknown) =>
    vscode.workspace.getConfiguration('farthing').update(key, value, vscode.ConfigurationTarget.Global);
  const provider = (name: string, more: object) => ({
    name,
    baseUrl: simulator.baseUrl,
    needsKey: false,
    ...more,
  });
  await set('prices', Object.fromEntries(MODELS.map((model) => [model, { input: 1, output: 10 }])));
  await set('request.attempts', 1);
  await set('providers', [
    provider('Sim', { models: MODELS }),
    provider('Locked', { models: ['locked-model'], needsKey: true, keyEnvironment: 'FARTHING_TEST_KEY' }),
    provider('Nobody', { models: ['absent-model'], baseUrl: 'http://127.0.0.1:1/v1' }),
  ]);

  const lens: Scene['lens'] = async (document) => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    return lenses[0]?.command ?? null;
  };
  const answer: Scene['answer'] = (document) =>
    vscode.workspace.textDocuments.find(({ uri }) => isAnswerTo(document, uri))?.getText() ?? '';

  return {
    simulator,
    set,
    lens,
    answer,
    openPrompt: async (text) => {
      prompts += 1;
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
      const file = path.join(folder, `prompt-${prompts}.prompt.md`);
      await writeFile(file, text);
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      return document;
    },
    lensLike: async (document, pattern) => {
      let last = 'nothing';
      const look = async () => {
        const found = await lens(document);
        last = found?.title ?? last;
        return found !== null && pattern.test(found.title) ? found : null;
      };
      return until(`a CodeLens like ${pattern}`, look).catch((error: Error) => {
        throw new Error(`${error.message} It was: ${last}`);
      });
    },
    noLens: async (document) => {
      await until('no CodeLens', async () => (await lens(document)) === null);
    },
    answerLike: async (document, pattern) =>
      until(`an answer like ${pattern}`, () => pattern.test(answer(document)) && answer(document)).catch(
        (error: Error) => {
          throw new Error(`${error.message} It was: ${answer(document)}`);
        },
      ),
    run: async ({ uri }) => {
      await vscode.commands.executeCommand('farthing.runPrompt', uri.toString());
    },
    daemonPid: async () =>
      until('the pid of the daemon', async () => {
        const file = path.join(process.env['FARTHING_STATE'] ?? '', 'daemon.pid');
        const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
        return Number.isInteger(pid) && pid;
      }),
    endTest: async () => {
      await vscode.workspace.saveAll(false);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      simulator.assertDone();
    },
    [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
  };
}

/** Who chooses the model: a preference or a name in the settings, or a better one for an answer that will not do. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { judge } from '../judge-answer.ts';
import { subjectOf } from '../runs.ts';
import { showError } from '../show-error.ts';
import { type ModelChoice, modelChoices } from '../text/model-choices.ts';
import { answerOf } from './answers.ts';

/** Registers the commands. */
export function chooseModel(host: FeatureHost): vscode.Disposable {
  return disposeAll([
    vscode.commands.registerCommand('farthing.choosePreference', () => choose(host).catch(showError)),
    vscode.commands.registerCommand('farthing.askBetterModel', (target: unknown) =>
      askBetter(host, target).catch(showError),
    ),
  ]);
}

async function choose({ configuration }: FeatureHost): Promise<void> {
  const choices = modelChoices(configuration.settings(), vscode.l10n);
  const chosen = await vscode.window.showQuickPick(
    choices.map((choice) => ({
      ...choice,
      ...(choice.current ? { iconPath: new vscode.ThemeIcon('check') } : {}),
    })),
    {
      title: vscode.l10n.t('Which model answers'),
      placeHolder: vscode.l10n.t(
        'For prompts that name no model. A prompt file says its own in its front matter.',
      ),
      matchOnDescription: true,
    },
  );
  if (chosen === undefined) return;
  await write(chosen);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Farthing: {0}', chosen.label), 5000);
}

/** Writes where the value stands that applies now, so that the choice does apply. */
async function write({ model, preference }: ModelChoice): Promise<void> {
  const settings = vscode.workspace.getConfiguration('farthing');
  const targetOf = (key: string) =>
    settings.inspect(key)?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  if (preference !== null)
    await settings.update('routing.preference', preference, targetOf('routing.preference'));
  await settings.update('model', model, targetOf('model'));
}

async function askBetter({ daemon, runs }: FeatureHost, target: unknown): Promise<void> {
  const uri = answerFor(runs, answerOf(target));
  const receipt = uri === undefined ? null : (runs.answer(uri)?.end?.receipt ?? null);
  if (uri === undefined || receipt === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open an answer that came to its end first, then ask a better model.'),
    );
    return;
  }
  await judge(daemon, receipt, 'regenerated');
  await runs.again(uri, { betterThan: `${receipt.provider}/${receipt.model}` });
}

/** The answer itself, or that of a prompt. */
const answerFor = (runs: FeatureHost['runs'], uri: vscode.Uri | undefined): vscode.Uri | undefined =>
  runs
    .answers()
    .map(({ uri: answer }) => answer)
    .findLast((answer) => [answer, subjectOf(answer)].some((one) => one.toString() === uri?.toString()));

/** The language status of prompts: which model, how exactly its tokens are counted, and how the daemon is. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { isPrompt } from '../last-editor.ts';
import { PROMPT_FILE_SELECTOR } from '../prompt-documents.ts';
import { languageStatus } from '../text/status-text.ts';

/** Keeps the item; VS Code shows it for prompts only. */
export function promptLanguageStatus({ daemon, estimates }: FeatureHost): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('farthing.model', [...PROMPT_FILE_SELECTOR]);
  item.name = 'Farthing';
  item.command = { command: 'farthing.daemonStatus', title: vscode.l10n.t('Daemon') };

  const draw = () => {
    const document = vscode.window.activeTextEditor?.document;
    const estimate = document !== undefined && isPrompt(document) ? estimates.get(document) : null;
    const { text, detail } = languageStatus(estimate?.preview ?? null, daemon.state);
    item.text = text;
    item.detail = detail;
    item.busy = daemon.state === 'starting' || daemon.state === 'restarting';
    item.severity =
      daemon.state === 'stopped'
        ? vscode.LanguageStatusSeverity.Error
        : vscode.LanguageStatusSeverity.Information;
  };
  draw();
  return disposeAll([
    item,
    vscode.window.onDidChangeActiveTextEditor(draw),
    daemon.onDidChange(draw),
    estimates.onDidChange(draw),
  ]);
}

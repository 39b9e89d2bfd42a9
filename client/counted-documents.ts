/** Which documents the daemon counts: prompts that are run, files that agents load, and programs with prompts in them. */
import * as vscode from 'vscode';
import { LOADED_SELECTOR, PROMPT_SELECTOR } from './prompt-documents.ts';

/** True for all of them. */
export const isCounted = (document: vscode.TextDocument): boolean =>
  vscode.languages.match([...PROMPT_SELECTOR], document) > 0;

/** True for what an agent is sent with every turn. */
export const isLoaded = (document: vscode.TextDocument): boolean =>
  vscode.languages.match([...LOADED_SELECTOR], document) > 0;

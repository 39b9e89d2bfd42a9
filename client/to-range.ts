/** A range of the protocol as VS Code has it. */
import * as vscode from 'vscode';
import type { TextRange } from '../protocol/compression.ts';

/** The same lines and UTF-16 units. */
export const toRange = ({ start, end }: TextRange): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character);

/** Fills VS Code's own placeholders from the editor that the user worked in last. */
import path from 'node:path';
import type { ContextVariable, PromptContext, PromptVariable } from '../../protocol/messages.ts';

/** Where the user is. */
export interface Place {
  /** The workspace folder of the file, else the first one; null for none. */
  readonly folder: string | null;
  /** The file of the last editor that is no prompt; null for none. */
  readonly file: string | null;
  /** What is selected there; "" for nothing. */
  readonly selection: string;
}

/** Values for those of `variables` that an editor fills; what is not known is left out and stays unresolved. */
export function promptContext(variables: readonly PromptVariable[], place: Place): PromptContext {
  const values = everything(place);
  const context: Partial<Record<ContextVariable, string>> = {};
  for (const { kind, name } of variables) {
    if (kind !== 'context' || !isContextVariable(name)) continue;
    const value = values[name];
    if (value !== null) context[name] = value;
  }
  return context;
}

function everything({ folder, file, selection }: Place): Record<ContextVariable, string | null> {
  const selected = selection === '' ? null : selection;
  return {
    workspaceFolder: folder,
    workspaceFolderBasename: folder === null ? null : path.basename(folder),
    file,
    fileBasename: file === null ? null : path.basename(file),
    fileDirname: file === null ? null : path.dirname(file),
    fileBasenameNoExtension: file === null ? null : path.parse(file).name,
    selection: selected,
    selectedText: selected,
  };
}

const CONTEXT_VARIABLES: readonly ContextVariable[] = [
  'workspaceFolder',
  'workspaceFolderBasename',
  'file',
  'fileBasename',
  'fileDirname',
  'fileBasenameNoExtension',
  'selection',
  'selectedText',
];

const isContextVariable = (name: string): name is ContextVariable =>
  CONTEXT_VARIABLES.some((known) => known === name);

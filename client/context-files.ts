/** Finds the files of the workspace that agents load by themselves. */
import * as vscode from 'vscode';
import type { AuditContextParams, ContextFile } from '../protocol/audit.ts';
import {
  CONTEXT_FILES,
  LONGEST_CONTEXT_FILE,
  MOST_CONTEXT_FILES,
  SKIPPED_FOLDERS,
} from '../protocol/context-files.ts';

/** The files with their texts, edits that are not saved included; and how many there are beyond those. */
export async function findContextFiles(): Promise<Pick<AuditContextParams, 'files' | 'leftOut'>> {
  const skipped = `**/{${SKIPPED_FOLDERS.join(',')}}/**`;
  const found = await Promise.all(
    // One more than are taken, so that it is known that there are more.
    CONTEXT_FILES.map(({ glob }) => vscode.workspace.findFiles(glob, skipped, MOST_CONTEXT_FILES + 1)),
  );
  const uris = [...new Map(found.flat().map((uri) => [uri.toString(), uri])).values()].sort((a, b) =>
    a.path.localeCompare(b.path),
  );
  const taken = uris.slice(0, MOST_CONTEXT_FILES);
  const files = (await Promise.all(taken.map(read))).filter((file) => file !== null);
  return { files, leftOut: uris.length - files.length };
}

/** Null for what cannot be read, is too long, or is no text. */
async function read(uri: vscode.Uri): Promise<ContextFile | null> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return null;
  const text = openText(uri) ?? (await savedText(uri));
  if (text === null || text.length > LONGEST_CONTEXT_FILE) return null;
  const isOneOfSeveral = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return {
    uri: uri.toString(),
    path: vscode.workspace.asRelativePath(uri, false),
    folder: isOneOfSeveral ? folder.name : null,
    text,
  };
}

const openText = (uri: vscode.Uri): string | null =>
  vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString())?.getText() ?? null;

async function savedText(uri: vscode.Uri): Promise<string | null> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > LONGEST_CONTEXT_FILE) return null;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await vscode.workspace.fs.readFile(uri));
    return text.includes('\0') ? null : text;
  } catch {
    // It is gone since it was found, may not be read, or has another encoding: it is counted among those left out.
    return null;
  }
}

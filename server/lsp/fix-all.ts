import { CodeActionKind } from 'vscode-languageserver';

/** The kind of "fix all", which editors can be told to run on save: it takes what needs no thought. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.farthing`;

/** Translation in VS Code's form, for what must run without VS Code. */

/** `vscode.l10n`, or the same in a test. Placeholders are {0}, {1} and so on. */
export interface L10n {
  readonly t: (message: string, ...parameters: (string | number | boolean)[]) => string;
}

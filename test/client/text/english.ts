/** The texts as they are written, with their placeholders filled in. */
import type { L10n } from '../../../client/text/l10n.ts';

/** Stands for `vscode.l10n` where there is no translation. */
export const english: L10n = {
  t: (message, ...parameters) =>
    message.replace(/\{(\d+)\}/g, (_, index) => String(parameters[Number(index)])),
};

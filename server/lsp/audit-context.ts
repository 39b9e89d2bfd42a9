/** The handler that audits always-loaded context. It reads no disk: the client gives the files' texts. */
import type { AuditContextParams, ContextAudit, ContextFile } from '../../protocol/audit.ts';
import { farthingError } from '../../protocol/errors.ts';
import { auditContext } from '../prompts/audit/audit-context.ts';
import { resolveModel } from '../prompts/models.ts';
import type { HandlerContext } from './context.ts';

/** The audit with the model that is asked for, else the setting's. Throws badCall, unknownModel and noProvider. */
export async function audit(
  { session, daemon }: HandlerContext,
  params: AuditContextParams,
): Promise<ContextAudit> {
  const { files, leftOut, model } = params;
  // A client may send anything.
  if (!Array.isArray(files) || !files.every(isFile))
    throw farthingError('badCall', { detail: 'files are not a list of files with uri, path and text' });
  const { settings } = session;
  return auditContext(
    { files, leftOut: Number.isSafeInteger(leftOut) ? leftOut : 0 },
    {
      counter: daemon.counter,
      prices: daemon.prices,
      settings,
      route: resolveModel(model ?? null, settings, { strict: model !== undefined }),
      now: daemon.clock.now(),
    },
  );
}

const isFile = (file: unknown): file is ContextFile => {
  const { uri, path, folder, text } = (file ?? {}) as Readonly<Record<string, unknown>>;
  return (
    [uri, path, text].every((one) => typeof one === 'string') &&
    (folder === null || typeof folder === 'string')
  );
};

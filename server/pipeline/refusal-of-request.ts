/** What a provider says that it does not take of a request. */
import type { FarthingError } from '../../protocol/errors.ts';
import type { Refusable } from './response-formats.ts';
import type { Call } from './stage.ts';

/** What an error says of a model that takes no tools, whatever its provider's words were. */
export const NO_TOOLS = 'tools not supported';

/** What of `call` an error is about, where its model can do without it or another one takes it; null for anything else. */
export function refusedOf({ code, message }: FarthingError, call: Call): Refusable | null {
  const { responseFormat, tools } = call;
  if (code !== 'badRequest') return null;
  if (responseFormat !== null && /response_format|json_schema|json_object/.test(message))
    return responseFormat.type;
  return tools.length > 0 && message.includes(NO_TOOLS) ? 'tools' : null;
}

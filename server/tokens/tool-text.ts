import type { ToolDefinition } from '../../protocol/messages.ts';

/**
 * What tools and a schema say to the model, as text to be counted: their JSON without white space, which is about what
 * providers that document it put in front of the messages. "" for none.
 */
export function toolText(tools: readonly ToolDefinition[], schema: unknown): string {
  const texts = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ name, description, parameters }),
  );
  if (schema !== null && schema !== undefined) texts.push(JSON.stringify(schema) ?? '');
  return texts.join('\n');
}

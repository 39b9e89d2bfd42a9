/** Where a fault happened, for the log. */

/** Causes within causes that are looked at. */
const MOST_CAUSES = 8;

/**
 * The kind and the places of the error at the root of `thrown`. Its message is left out: that of a foreign error may
 * quote a prompt or an answer.
 */
export function traceOf(thrown: unknown): string {
  let root = thrown;
  for (let depth = 0; depth < MOST_CAUSES && root instanceof Error && root.cause instanceof Error; depth++)
    root = root.cause;
  if (!(root instanceof Error)) return typeof root;
  const { name, message, stack = '' } = root;
  // The message may have lines that look like places.
  const places = stack.slice(stack.indexOf(message) + message.length).split('\n');
  return [name, ...places.filter((line) => /^\s+at /.test(line))].join('\n');
}

/** Bodies of answers with an error status, as the `openai` package can read them. */

/** An error says in a few kilobytes what it has to say; a page or a stream without an end is not read beyond this. */
const MOST_BYTES = 256 * 1024;

/** The answer itself where it is none of an error; else the same with a bounded body and its error where OpenAI has it. */
export async function readableError(response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const { status, headers } = response;
  return new Response(unwrapped(await beginning(response)), { status, headers });
}

async function beginning({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    chunks.push(chunk);
    // Leaving the loop closes the connection.
    if (length > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MOST_BYTES);
}

/** Gemini's compatible endpoint puts the object with its error into a list. */
function unwrapped(text: string): string {
  if (!text.trimStart().startsWith('[')) return text;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.length === 1 ? JSON.stringify(list[0]) : text;
  } catch {
    // Cut at the limit, or no JSON at all: it is taken as the text that it is.
    return text;
  }
}

/**
 * The entry of the thread that counts large texts, so that the daemon stays responsive. It answers each request with
 * the tokens of the text's parts between seams, from which the document of that text can be built.
 */
import { parentPort } from 'node:worker_threads';
import { createEncodings, type EncodingName, type Encodings } from './encodings.ts';
import { CHUNK_LENGTH } from './token-document.ts';

/** One text to count. */
export interface CountRequest {
  readonly id: number;
  readonly encoding: EncodingName;
  readonly text: string;
}

/** The tokens of each part of `seams.cut(text, CHUNK_LENGTH)`; null when counting failed. */
export interface CountResponse {
  readonly id: number;
  readonly counts: Uint32Array<ArrayBuffer> | null;
}

if (parentPort !== null) {
  const port = parentPort;
  const encodings = createEncodings();
  port.on('message', async (request: CountRequest) => {
    const counts = await countParts(encodings, request.encoding, request.text).catch(() => null);
    const response: CountResponse = { id: request.id, counts };
    port.postMessage(response, counts === null ? [] : [counts.buffer]);
  });
}

/** Counts each part of the text. */
async function countParts(
  encodings: Encodings,
  name: EncodingName,
  text: string,
): Promise<Uint32Array<ArrayBuffer>> {
  const encoding = await encodings.load(name);
  let start = 0;
  const counts = encodings.seams.cut(text, CHUNK_LENGTH).map((end) => {
    const count = encoding.count(text.slice(start, end));
    start = end;
    return count;
  });
  return Uint32Array.from(counts);
}

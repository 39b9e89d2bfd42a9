/**
 * A provider for loads of calls, as a process of its own so that its work is not ours: it answers every chat
 * completion at once with the same short stream. Prints its port; ends with its standard input.
 */
import http from 'node:http';

const chunk = (delta: object, finish: string | null, usage?: object): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-5-mini',
    choices: usage === undefined ? [{ index: 0, delta, finish_reason: finish }] : [],
    ...(usage === undefined ? {} : { usage }),
  })}\n\n`;

const ANSWER = [
  chunk({ role: 'assistant', content: 'An answer of a few words, ' }, null),
  chunk({ content: 'as models give them.' }, null),
  chunk({}, 'stop'),
  chunk({}, null, { prompt_tokens: 200, completion_tokens: 11, total_tokens: 211 }),
  'data: [DONE]\n\n',
].join('');

const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));

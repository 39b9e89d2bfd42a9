import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { gone } from '../../support/daemon-process.ts';
import { filesWithSecrets } from '../../support/secrets.ts';
import { SECRET_KEY, SECRET_PROMPT, setScene } from './harness.ts';

const SECRET_ANSWER = 'giraffe-answers-9';
const KEEPING_OFF = { stages: { exactCache: false } };

/** Everything that may go wrong and right with a call, each with the secret in it. */
const ANSWERS = [
  { text: SECRET_ANSWER },
  { reasoning: SECRET_ANSWER, refusal: SECRET_ANSWER },
  {
    status: 400,
    errorBody: { error: { message: `no: ${SECRET_PROMPT} ${SECRET_KEY}`, code: SECRET_PROMPT } },
  },
  { status: 401, errorBody: { error: { message: `bad key ${SECRET_KEY}`, type: SECRET_KEY } } },
  { status: 404, errorBody: `<p>${SECRET_PROMPT}</p>` },
  { chunks: [SECRET_ANSWER, 'more'], cutAfter: 1 },
  { text: SECRET_ANSWER, malformedAfter: 0 },
  { frames: [{ error: { message: SECRET_PROMPT, code: 'server_error', param: SECRET_PROMPT } }] },
] as const;

test('with keeping off, no file holds a key, a prompt or an answer, whatever became of the calls', async () => {
  await using scene = await setScene();
  const window = await scene.open({ ...KEEPING_OFF, 'log.level': 'debug', 'request.attempts': 1 });
  for (const [index, answer] of ANSWERS.entries()) {
    scene.simulator.script(answer);
    await window.run(`${SECRET_PROMPT} ${index}`).catch(() => undefined);
  }
  scene.simulator.script({
    match: ({ path }) => path.endsWith('/models'),
    status: 401,
    errorBody: { error: { message: `bad key ${SECRET_KEY}`, type: SECRET_KEY } },
  });
  const { ok, message } = await window.client.request(MESSAGES.testConnection, { provider: 'Sim' });
  assert.ok(!ok && !message.includes(SECRET_KEY));
  await window.client
    .raw('farthing/run', { callId: SECRET_PROMPT.length, source: SECRET_PROMPT })
    .catch(() => undefined);
  const { real } = await window.client.request(MESSAGES.summary, { since: 0, recent: 50 });
  assert.equal(real.calls, ANSWERS.length);
  const pid = scene.state.daemonPid();
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  const { folder } = scene.state.paths;
  assert.deepEqual(filesWithSecrets(folder, [SECRET_PROMPT, SECRET_ANSWER]), []);
});

test('with keeping on, an answer is kept and its prompt is not', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  scene.simulator.script({ text: SECRET_ANSWER });
  await window.run(SECRET_PROMPT);
  assert.equal((await window.run(SECRET_PROMPT)).outcome, 'cached');
  assert.deepEqual(filesWithSecrets(scene.state.paths.folder, [SECRET_PROMPT]), []);
});

test('the search finds what is there', async () => {
  await using scene = await setScene();
  await scene.open();
  const { folder, logFile } = scene.state.paths;
  const [word = ''] = /daemon \d\S*/.exec(readFileSync(logFile, 'utf8')) ?? [];
  assert.deepEqual(filesWithSecrets(folder, [word]), [logFile]);
});

/** The counter that the pipeline uses, with the counting thread, without it, and with one that fails. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../../protocol/messages.ts';
import type { ModelSettings } from '../../../protocol/settings.ts';
import { type CountThread, createCountThread } from '../../../server/tokens/count-thread.ts';
import { createTokenCounter, LARGE_TEXT } from '../../../server/tokens/counter.ts';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { CHUNK_LENGTH } from '../../../server/tokens/token-document.ts';

const encodings = createEncodings();
const LINE = 'if (sqlite3_step(statement) != SQLITE_ROW) { return error_code; }\n';
const LARGE = LINE.repeat(Math.ceil((LARGE_TEXT + 1) / LINE.length));

function model(id: string, encoding: string | null = null): ModelSettings {
  return { id, contextTokens: null, encoding };
}

/** A thread that must not be used. */
const NO_THREAD: CountThread = {
  count: () => assert.fail('the thread was asked'),
  dispose: async () => assert.fail('the thread was disposed of'),
};

const CHAT: readonly Message[] = [
  { role: 'system', content: 'You are a helpful assistant.' },
  { role: 'user', content: 'Say hello to the world, in <|endoftext|> style.' },
];

describe('the token counter', () => {
  it('counts tools and a schema as their JSON, which is a guess, and nothing as nothing', async () => {
    const counter = createTokenCounter(NO_THREAD);
    const { count } = await encodings.load('o200k_base');
    const gpt = model('gpt-5-mini');
    const tool = { name: 'look_up', description: 'Looks a word up.', parameters: { type: 'object' } };
    assert.deepEqual(await counter.countTools(gpt, [], null), { tokens: 0, approximate: false });
    assert.deepEqual(await counter.countTools(gpt, [tool], null), {
      tokens: count(JSON.stringify(tool)),
      approximate: true,
    });
    const both = await counter.countTools(gpt, [tool, tool], { type: 'array' });
    assert.ok(both.tokens > 2 * count(JSON.stringify(tool)) && both.approximate);
  });

  it('counts messages with the overhead of the chat format', async () => {
    const counter = createTokenCounter(NO_THREAD);
    const { count } = await encodings.load('o200k_base');
    const contents = CHAT.reduce((sum, { role, content }) => sum + count(role) + count(content), 0);
    assert.deepEqual(await counter.countMessages(model('gpt-4o'), CHAT), {
      tokens: contents + 2 * 3 + 3,
      approximate: false,
    });
    assert.deepEqual(await counter.countMessages(model('gpt-4o'), []), { tokens: 3, approximate: false });
  });

  it('counts the bare contents for a model that completes a text', async () => {
    const counter = createTokenCounter(NO_THREAD);
    const { count } = await encodings.load('p50k_base');
    const contents = CHAT.reduce((sum, { content }) => sum + count(content), 0);
    assert.equal((await counter.countMessages(model('text-davinci-003'), CHAT)).tokens, contents);
  });

  it('counts a plain text without overhead', async () => {
    const counter = createTokenCounter(NO_THREAD);
    assert.deepEqual(await counter.countText(model('gpt-4o'), 'hello world'), {
      tokens: 2,
      approximate: false,
    });
    assert.deepEqual(await counter.countText(model('claude-sonnet-4-5'), ''), {
      tokens: 0,
      approximate: true,
    });
  });

  it('uses the encoding that the settings name, and says that it guesses where there is none of that name', async () => {
    const counter = createTokenCounter(NO_THREAD);
    const { count } = await encodings.load('gpt2');
    const text = '漢字かな交じり文';
    assert.equal((await counter.countText(model('local', 'gpt2'), text)).tokens, count(text));
    assert.equal((await counter.countText(model('gpt-4', 'none'), text)).approximate, true);
    assert.equal((await counter.countMessages(model('gpt-4', 'none'), CHAT)).approximate, true);
  });

  it('gives a document under a memo the same count as afresh, through edits and changes of model', async () => {
    const counter = createTokenCounter(NO_THREAD);
    let text = LINE.repeat(200);
    for (const [index, insert] of ['x', '\n', '漢字', '', '\ud800', "it's"].entries()) {
      text = text.slice(0, index * 777) + insert + text.slice(index * 777 + index);
      const messages: Message[] = [{ role: 'user', content: text }, ...(index % 2 === 0 ? CHAT : [])];
      for (const id of ['gpt-4o', 'gpt-4', 'claude-sonnet-4-5']) {
        assert.deepEqual(
          await counter.countMessages(model(id), messages, 'file:///prompt.md'),
          await counter.countMessages(model(id), messages),
        );
      }
    }
  });

  it('leaves a large document to the thread once and counts its edits here', async () => {
    const asked: number[] = [];
    const { count } = await encodings.load('o200k_base');
    const counter = createTokenCounter({
      async count(name, text) {
        assert.equal(name, 'o200k_base');
        asked.push(text.length);
        let start = 0;
        return Uint32Array.from(encodings.seams.cut(text, CHUNK_LENGTH), (end) => {
          const tokens = count(text.slice(start, end));
          start = end;
          return tokens;
        });
      },
      dispose: NO_THREAD.dispose,
    });
    const overhead = 3 + 3 + count('user');
    for (const content of [LARGE, `x${LARGE}`, `x${LARGE}y`]) {
      const { tokens } = await counter.countMessages(model('gpt-4o'), [{ role: 'user', content }], 'large');
      assert.equal(tokens, overhead + count(content));
    }
    assert.deepEqual(asked, [LARGE.length]);
  });

  describe('with its thread', () => {
    const thread = createCountThread();
    const counter = createTokenCounter(thread);
    after(() => counter.dispose());

    it('counts a large text as it would be counted here', async () => {
      const { count } = await encodings.load('cl100k_base');
      assert.equal((await counter.countText(model('gpt-4'), LARGE)).tokens, count(LARGE));
    });

    it('keeps a large document under its memo and counts its edits exactly', async () => {
      const { count } = await encodings.load('o200k_base');
      const overhead = 3 + 3 + count('user');
      let text = LARGE;
      for (const at of [0, 1000, LARGE.length]) {
        text = `${text.slice(0, at)}\nedited 中文 ${text.slice(at)}`;
        const messages: Message[] = [{ role: 'user', content: text }];
        const { tokens } = await counter.countMessages(model('gpt-4o'), messages, 'large');
        assert.equal(tokens, overhead + count(text));
      }
    });

    it('counts here when the thread is gone', async () => {
      await counter.dispose();
      const { count } = await encodings.load('gpt2');
      assert.equal((await counter.countText(model('gpt2'), LARGE)).tokens, count(LARGE));
    });
  });
});

describe('the counting thread', () => {
  it('counts several texts at once and answers each with its own', async () => {
    const thread = createCountThread();
    const { count } = await encodings.load('gpt2');
    const texts = ['one', 'two two', 'three three three'];
    const counts = await Promise.all(texts.map((text) => thread.count('gpt2', text)));
    assert.deepEqual(
      counts.map(([first]) => first),
      texts.map(count),
    );
    await thread.dispose();
    await assert.rejects(thread.count('gpt2', 'more'), /has been disposed of/);
  });

  it('rejects whoever waits when it ends early, and starts again', async () => {
    const crashing = createCountThread(new URL('data:text/javascript,import "node:worker_threads"; throw 1'));
    await assert.rejects(crashing.count('gpt2', 'text'), /has ended/);
    await assert.rejects(crashing.count('gpt2', 'text'), /has ended/);
    await crashing.dispose();
    const silent = createCountThread(new URL('data:text/javascript,setInterval(() => 0, 1000)'));
    const waiting = assert.rejects(silent.count('gpt2', 'text'), /has ended/);
    await silent.dispose();
    await waiting;
  });

  it('rejects a text that it cannot count', async () => {
    const answer = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => parentPort.postMessage({ id, counts: null }));`;
    const thread = createCountThread(new URL(`data:text/javascript,${encodeURIComponent(answer)}`));
    await assert.rejects(thread.count('gpt2', 'text'), /could not count/);
    await thread.dispose();
  });

  it('starts anew after it has been idle', async () => {
    const thread = createCountThread(undefined, 0);
    assert.deepEqual([...(await thread.count('gpt2', 'hello world'))], [2]);
    assert.deepEqual([...(await thread.count('gpt2', 'hello'))], [1]);
    await thread.dispose();
  });

  it('neither ends a process that waits for it nor keeps one alive that does not', () => {
    const counterFile = fileURLToPath(new URL('../../../server/tokens/counter.ts', import.meta.url));
    const script = `
      const { createTokenCounter } = await import(${JSON.stringify(counterFile)});
      const model = { id: 'gpt2', contextTokens: null, encoding: null };
      const { tokens } = await createTokenCounter().countText(model, 'word '.repeat(100_000));
      console.log(tokens);`;
    const { stdout, status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.deepEqual({ stdout, status, signal }, { stdout: '100001\n', status: 0, signal: null });
  });
});

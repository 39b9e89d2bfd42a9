/**
 * The daemon's side of the counting thread: started by the first large text, ended after it has been idle, and never
 * a reason for the process to stay alive except while someone waits for a count.
 */
import { Worker } from 'node:worker_threads';
import type { CountRequest, CountResponse } from './count-worker.ts';
import type { EncodingName } from './encodings.ts';

/** A thread that counts. */
export interface CountThread {
  /**
   * The tokens of each part of `text` between seams, as `createTokenDocument` takes them.
   *
   * @throws Error when the thread cannot be started, ends before it answers, or is disposed of.
   */
  count(encoding: EncodingName, text: string): Promise<Uint32Array>;
  /** Ends the thread; whoever still waits is rejected. */
  dispose(): Promise<void>;
}

/** How long the thread waits for more to do, in milliseconds. */
const IDLE_MS = 30_000;

interface Waiting {
  readonly resolve: (counts: Uint32Array) => void;
  readonly reject: (error: Error) => void;
}

/** The worker's file, which lies beside this one in the source and in the bundle. */
export function countWorkerUrl(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./count-worker.${extension}`, import.meta.url);
}

/** No thread runs before the first count. `url` is for tests. */
export function createCountThread(url: URL = countWorkerUrl(), idleMs: number = IDLE_MS): CountThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let disposed = false;

  function start(): Worker {
    // The parent's flags may name what a worker does not take.
    const started = new Worker(url, { execArgv: [], name: 'farthing token count' });
    started.on('message', (response: CountResponse) => settle(response));
    started.on('error', () => lose(started));
    started.on('exit', () => lose(started));
    return started;
  }

  function settle({ id, counts }: CountResponse): void {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (counts === null) waiter?.reject(new Error('The counting thread could not count a text.'));
    else waiter?.resolve(counts);
    rest();
  }

  function lose(lost: Worker): void {
    if (worker !== lost) return;
    worker = null;
    clearTimeout(idle);
    for (const { reject } of waiting.values()) reject(new Error('The counting thread has ended.'));
    waiting.clear();
  }

  /** Lets the process end, and the thread after a while, when nobody waits. */
  function rest(): void {
    if (waiting.size > 0) return;
    worker?.unref();
    idle = setTimeout(() => void stop(), idleMs).unref();
  }

  async function stop(): Promise<void> {
    const ending = worker;
    if (ending === null) return;
    lose(ending);
    await ending.terminate();
  }

  return {
    count(encoding, text) {
      if (disposed) return Promise.reject(new Error('The counting thread has been disposed of.'));
      clearTimeout(idle);
      const { promise, resolve, reject } = Promise.withResolvers<Uint32Array>();
      try {
        worker ??= start();
        worker.ref();
        const request: CountRequest = { id: ++lastId, encoding, text };
        worker.postMessage(request);
        waiting.set(request.id, { resolve, reject });
      } catch (error) {
        reject(error instanceof Error ? error : new Error('The counting thread could not be started.'));
      }
      return promise;
    },
    async dispose() {
      disposed = true;
      await stop();
    },
  };
}

/** Starts the provider of echo-provider.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./echo-provider.ts', import.meta.url));

/** A provider under way. */
export interface Echo extends AsyncDisposable {
  readonly baseUrl: string;
}

/** Starts it on a free port of loopback. */
export async function startEcho(): Promise<Echo> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    baseUrl: `http://127.0.0.1:${String(port).trim()}/v1`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

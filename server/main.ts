/** The program `farthing`: the daemon and the command line are one file with many commands. */
import { farthingError } from '../protocol/errors.ts';

/** Below this version of Node-API, loading SQLite ends the process without a word. */
const NODE_API_NEEDED = 10;

if (Number(process.versions['napi']) < NODE_API_NEEDED) {
  console.error(farthingError('runtimeTooOld', { version: process.versions.node }).message);
  process.exit(1);
}
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));

/** `npm test` on any Node: see test.ts. */
import { runScript } from './bootstrap.mjs';

runScript('scripts/test.ts');

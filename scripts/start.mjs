/** `npm start` on any Node: see start.ts. */
import { runScript } from './bootstrap.mjs';

runScript('scripts/start.ts');

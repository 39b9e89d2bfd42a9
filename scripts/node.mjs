/** `node scripts/node.mjs SCRIPT …`: runs a TypeScript script of this folder on any Node, installing what it needs. */
import { runScript } from './bootstrap.mjs';

const [script, ...parameters] = process.argv.slice(2);
runScript(script, parameters);

#!/usr/bin/env node
/** The `farthing` command of this repository: the built daemon program where there is one, its sources otherwise. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from './bootstrap.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = path.join('dist', 'server', 'main.js');

runScript(existsSync(path.join(root, built)) ? built : path.join('server', 'main.ts'));

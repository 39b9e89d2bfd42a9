#!/usr/bin/env node
/** The `farthing` command of this repository, on the Node version that it is written for. */
import { runScript } from './bootstrap.mjs';

runScript('scripts/farthing.ts');

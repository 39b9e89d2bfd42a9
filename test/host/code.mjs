#!/usr/bin/env node
/**
 * Stands where a desktop VS Code's executable would, for @vscode/test-electron: see vscode-executable.ts.
 * Plain JavaScript, because whatever Node is on the PATH starts it.
 */
import { runScript } from '../../scripts/bootstrap.mjs';

runScript('test/host/vscode-executable.ts');

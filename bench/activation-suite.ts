/** Runs inside VS Code for the benchmark of the extension: activates extensions and prints how long each took. */
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';

/** Begins the line with the figures, among all that an extension host prints. */
const FIGURES = 'activation figures:';

/** What VS Code loads of an extension. */
interface ExtensionModule {
  readonly activate: (context: vscode.ExtensionContext) => unknown;
}

/** What VS Code calls. Throws when an extension is not there or was active already. */
export async function run(): Promise<void> {
  const farthing = await timeActivation('farthing.farthing');
  const empty = await timeActivation('bench.empty');
  console.log(FIGURES + JSON.stringify({ farthing, empty }));
}

/**
 * Milliseconds of an extension's own code, loading and activate(), and of all that VS Code does around it. The module
 * is loaded here, by VS Code's own loader, and stands in the loader's cache with its activate() timed.
 */
async function timeActivation(id: string): Promise<{ readonly own: number; readonly whole: number }> {
  const extension = vscode.extensions.getExtension(id);
  if (extension === undefined || extension.isActive) throw new Error(`${id} cannot be activated here.`);
  const { main } = extension.packageJSON as { readonly main: string };
  const require = createRequire(path.join(extension.extensionPath, 'package.json'));
  let own = 0;

  const begun = performance.now();
  const loaded = require(main) as ExtensionModule;
  own += performance.now() - begun;
  const cached = require.cache[require.resolve(main)];
  if (cached === undefined) throw new Error(`${id} does not stay in the cache of modules.`);
  cached.exports = {
    ...loaded,
    activate: (context: vscode.ExtensionContext) => {
      const called = performance.now();
      const result = loaded.activate(context);
      own += performance.now() - called;
      return result;
    },
  };
  await extension.activate();
  return { own, whole: performance.now() - begun };
}

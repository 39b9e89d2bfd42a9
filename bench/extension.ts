/** The packaged extension: how long its activation keeps VS Code, and how large it is. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { packageExtension } from '../scripts/package.ts';
import { ROOT } from '../scripts/run.ts';
import { type Benchmark, type Measure, median } from './benchmark.ts';
import { type Activation, type ActivationTime, timeActivations } from './extension-hosts.ts';

const HOSTS = 5;

export const benchmark: Benchmark = {
  name: 'extension',
  what: 'the packaged extension in a real VS Code, nothing open, no daemon',
  async run() {
    const { file, bytes } = await packageExtension();
    const sizes = [
      await size('client bundle, read at activation', 'dist/client/extension.cjs'),
      await size('webview bundle, script', 'dist/webview/panel.js'),
      await size('webview bundle, style', 'dist/webview/panel.css'),
    ];
    const activations = await timeActivations(file, HOSTS);
    return [
      {
        ...activation(activations, 'own'),
        name: `load and activate(), inside a fresh host, median of ${HOSTS}`,
        target: 30,
      },
      {
        ...activation(activations, 'whole'),
        name: 'the same with what VS Code does around it',
        target: null,
      },
      { name: 'VSIX for this platform', value: bytes / 1e6, unit: 'MB', target: 10, peers: [] },
      ...sizes,
    ];
  },
};

/** The middle of all hosts, beside an empty extension. */
function activation(
  activations: readonly Activation[],
  part: keyof ActivationTime,
): Omit<Measure, 'name' | 'target'> {
  const middle = (extension: keyof Activation) => median(activations.map((host) => host[extension][part]));
  return {
    value: middle('farthing'),
    unit: 'ms',
    peers: [{ name: 'an empty extension', value: middle('empty') }],
  };
}

/** Size of a file of the packaged build. */
async function size(name: string, file: string): Promise<Measure> {
  const { size: bytes } = await stat(path.join(ROOT, file));
  return { name, value: bytes / 1000, unit: 'KB', target: null, peers: [] };
}

/** Gives the daemon what a command knows: its settings, its folder and, from the environment, its keys. */
import path from 'node:path';
import { MESSAGES } from '../../protocol/messages.ts';
import type { DaemonClient } from './daemon-client.ts';
import type { CommandSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Configures the connection; resolves when the daemon has everything. */
export async function configure(
  daemon: DaemonClient,
  { raw, settings }: CommandSettings,
  { environment }: Terminal,
): Promise<void> {
  const workspace = { name: path.basename(process.cwd()), folder: process.cwd() };
  // Whoever runs a prompt in a folder wants it sent, and has not said that the folder's programs may be run.
  const mayRunCommands = environment['FARTHING_TRUST'] === '1';
  await daemon.request(MESSAGES.configure, { settings: raw, trusted: true, mayRunCommands, workspace });
  for (const { name, keyEnvironment } of settings.providers) {
    const key = keyEnvironment === null ? undefined : environment[keyEnvironment];
    if (key) await daemon.request(MESSAGES.setKey, { provider: name, key, origin: 'environment' });
  }
}

/** Asks an editor to ask again for what it shows: lenses, hints and diagnostics. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';

/**
 * VS Code drops a refresh of CodeLenses that comes while it takes in the end of a run, and an old price would stay
 * above the prompt; a second one after this many milliseconds is taken.
 */
const AGAIN_MS = 1000;

/** Nothing is asked for before the editor has said what it can. */
export interface Refreshes {
  readCapabilities(capabilities: ClientCapabilities): void;
  /** Now, and once more a second later. */
  send(): void;
  stop(): void;
}

/** The refreshes of one connection. */
export function createRefreshes(connection: Pick<Connection, 'sendRequest'>): Refreshes {
  let methods: readonly string[] = [];
  let again: NodeJS.Timeout | undefined;
  const sendOnce = () => {
    // A client that is gone needs no refresh.
    for (const method of methods) connection.sendRequest(method).catch(() => undefined);
  };
  return {
    readCapabilities({ workspace }) {
      methods = [
        ...(workspace?.codeLens?.refreshSupport === true ? ['workspace/codeLens/refresh'] : []),
        ...(workspace?.inlayHint?.refreshSupport === true ? ['workspace/inlayHint/refresh'] : []),
        ...(workspace?.diagnostics?.refreshSupport === true ? ['workspace/diagnostic/refresh'] : []),
      ];
    },
    send() {
      sendOnce();
      clearTimeout(again);
      again = setTimeout(sendOnce, AGAIN_MS);
    },
    stop: () => clearTimeout(again),
  };
}

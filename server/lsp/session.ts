/** What the daemon knows of one connection: its documents, settings, trust and keys. Nothing of it is shared. */
import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type {
  ConfigureParams,
  KeyOrigin,
  NotificationMessage,
  ProviderState,
  SetKeyParams,
} from '../../protocol/messages.ts';
import {
  defaultSettings,
  parseSettings,
  type SettingProblem,
  type Settings,
} from '../../protocol/settings.ts';
import type { Caller } from '../calls/prepare-call.ts';
import { readBranch } from '../git/branch.ts';
import type { Health, Keys } from '../pipeline/ports.ts';
import { hasPrompt, loadFormat, type PromptDocument, parsePrompt } from '../prompts/prompt-document.ts';

/** One connection's state. */
export interface Session extends Caller {
  readonly keys: Keys;
  readonly trusted: boolean;
  readonly documents: TextDocuments<TextDocument>;
  /** Takes over what the client says of itself; names the settings that could not be read. */
  configure(params: ConfigureParams): readonly SettingProblem[];
  setKey(params: SetKeyParams): void;
  providers(health: Health): readonly ProviderState[];
  notify<Params>(message: NotificationMessage<Params>, params: Params): void;
}

/** A session that knows nothing yet: default settings, not trusted, no keys. */
export function createSession(connection: Connection, documents: TextDocuments<TextDocument>): Session {
  const keys = new Map<string, { readonly key: string; readonly origin: KeyOrigin }>();
  // A key press is answered with an estimate, a line above the prompt and notes: all of one reading.
  const parsed = new WeakMap<TextDocument, { readonly version: number; readonly prompt: PromptDocument }>();
  let settings: Settings = defaultSettings();
  let trusted = false;
  let mayRunCommands = false;
  let workspace: string | null = null;
  let folder: string | null = null;
  return {
    documents,
    get settings() {
      return settings;
    },
    get trusted() {
      return trusted;
    },
    get workspace() {
      return workspace;
    },
    get mayRunCommands() {
      return mayRunCommands;
    },
    get folder() {
      return folder;
    },
    branch: () => (folder === null ? null : readBranch(folder)),
    keys: { get: (provider) => keys.get(provider)?.key ?? null },
    openPrompt(uri) {
      const document = documents.get(uri);
      if (document === undefined) return null;
      const known = parsed.get(document);
      const { version, languageId } = document;
      const isKnown = known?.version === version;
      const input = { uri, text: isKnown ? '' : document.getText(), languageId };
      // What reads it is on its way, and it is looked at again.
      if (!isKnown && loadFormat(input) !== null) return null;
      const prompt = isKnown ? known.prompt : parsePrompt(input);
      parsed.set(document, { version, prompt });
      return hasPrompt(prompt) ? prompt : null;
    },
    configure(params) {
      const parsed = parseSettings(params.settings);
      settings = parsed.settings;
      trusted = params.trusted === true;
      mayRunCommands = trusted && (params.mayRunCommands ?? true) === true;
      // A client may send anything; what the ledger cannot hold would cost it its lines.
      const name: unknown = params.workspace?.name;
      workspace = typeof name === 'string' ? name : null;
      const path: unknown = params.workspace?.folder;
      folder = typeof path === 'string' ? path : null;
      return parsed.problems;
    },
    setKey({ provider, key: given, origin }) {
      // A key that is read from a file has the end of its line; a header cannot, and the provider would get the blame.
      const key = given?.trim() ?? '';
      if (key === '') keys.delete(provider);
      else keys.set(provider, { key, origin });
    },
    providers: (health) =>
      settings.providers.map(({ name, models, needsKey, simulated, baseUrl, alternatives }) => ({
        name,
        models: models.map((model) => model.id),
        needsKey,
        key: keys.get(name)?.origin ?? null,
        simulated,
        endpoints: [baseUrl, ...alternatives].map((url) => health.of(url)),
      })),
    notify(message, params) {
      // A client that is gone needs no notification; everything else it asked for goes on.
      connection.sendNotification(message.method, params).catch(() => undefined);
    },
  };
}

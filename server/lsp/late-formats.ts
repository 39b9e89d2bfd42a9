/** What programs are read with: it is loaded when the first may have a prompt, and requests wait for it. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { loadFormat } from '../prompts/prompt-document.ts';

/** Formats of one connection's prompts. */
export interface LateFormats {
  /** Begins to load what a document needs; null where nothing is to be waited for. Never rejects. */
  changed(document: TextDocument): Promise<void> | null;
  /** Resolves when open documents, and a text that a request brings along, can be read. Never rejects. */
  ready(params?: unknown): Promise<void>;
}

/** Formats that are loaded by nobody yet. `failed` is told what could not be loaded; such prompts are not seen. */
export function createLateFormats(failed: (error: unknown) => void): LateFormats {
  const pending = new Set<Promise<void>>();
  const settled = (loading: Promise<void>): Promise<void> => loading.catch(failed);
  return {
    changed(document) {
      const { uri, languageId } = document;
      const loading = loadFormat({ uri, languageId, text: document.getText() });
      if (loading === null) return null;
      const done = settled(loading).finally(() => pending.delete(done));
      pending.add(done);
      return done;
    },
    async ready(params) {
      const text = broughtAlong(params);
      const loading = text === null ? null : loadFormat(text);
      if (loading !== null) await settled(loading);
      if (pending.size > 0) await Promise.all(pending);
    },
  };
}

/** The text of a request's source. A client may send anything. */
function broughtAlong(params: unknown): { readonly uri: string; readonly text: string } | null {
  const { source } = (params ?? {}) as { readonly source?: unknown };
  const { uri, text } = (source ?? {}) as { readonly uri?: unknown; readonly text?: unknown };
  return typeof uri === 'string' && typeof text === 'string' ? { uri, text } : null;
}

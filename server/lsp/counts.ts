/** Counts the sections of a connection's open prompts, with the model that stands above them. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { FarthingError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/messages.ts';
import type { Preview } from '../../protocol/receipt.ts';
import type { ModelSettings, ProviderSettings } from '../../protocol/settings.ts';
import type { ModelMeter } from '../pipeline/ports.ts';
import { configuredModel, resolveModel } from '../prompts/models.ts';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import { fillPromptWithBlanks } from '../prompts/variables.ts';
import { type Outline, outlineOf } from './outline.ts';
import type { Previews } from './previews.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';

/** A model, and what counts for it. */
export interface Measure {
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
  readonly meter: ModelMeter;
}

/** A prompt and the tokens of its sections. */
export interface CountedPrompt extends Measure {
  readonly document: TextDocument;
  readonly version: number;
  readonly prompt: PromptDocument;
  readonly outline: Outline;
  /** Of `outline.leaves`; empty where the prompt is too large for that. */
  readonly tokens: readonly number[];
  /** Null where a run cannot be estimated; its text can be counted all the same. */
  readonly preview: Preview | null;
}

/** Counts of one connection's documents. */
export interface Counts {
  /** The prompt as it is now; null where it is not open, no provider has a model, or it changes all the time. */
  of(uri: string): Promise<CountedPrompt | null>;
  /** What counts for an open prompt, or where there is none, for a prompt that names no model; null for no model. */
  measure(uri: string | null): Promise<Measure | null>;
  readonly outline: (prompt: PromptDocument) => Outline;
}

/** Longer prompts are counted as a whole only: sections of a megabyte would hold up whoever types. UTF-16 units. */
export const MOST_TEXT = 1024 * 1024;

/** How often a document may change while it is counted before that is given up. */
const MOST_TURNS = 3;

/** Counts for a connection; nothing is counted until somebody asks. */
export function createCounts(session: Session, daemon: DaemonServices, previews: Previews): Counts {
  // A key press is answered with lenses, hints and lines: all of one reading.
  const outlines = new WeakMap<PromptDocument, Outline>();
  const outline = (prompt: PromptDocument): Outline => {
    const known = outlines.get(prompt) ?? outlineOf(prompt);
    outlines.set(prompt, known);
    return known;
  };

  const chosen = (preview: Preview | null, prompt: PromptDocument | null): Omit<Measure, 'meter'> | null => {
    const shown = preview === null ? null : configuredModel(preview, session.settings);
    if (shown !== null) return shown;
    try {
      return resolveModel(prompt?.frontMatter.model ?? null, session.settings);
    } catch (error) {
      // No provider, or a model that nobody has: said above the prompt.
      if (error instanceof FarthingError && error.code !== 'internal') return null;
      throw error;
    }
  };

  const metered = async (found: Omit<Measure, 'meter'> | null): Promise<Measure | null> =>
    found === null
      ? null
      : { provider: found.provider, model: found.model, meter: await daemon.meter(found.model) };

  return {
    outline,
    async measure(uri) {
      const preview =
        uri === null || !session.documents.get(uri) ? null : (await previews.ofDocument(uri)).preview;
      return metered(chosen(preview, uri === null ? null : session.openPrompt(uri)));
    },
    async of(uri) {
      for (let turn = 0; turn < MOST_TURNS; turn++) {
        const document = session.documents.get(uri);
        if (document === undefined) return null;
        const { version, preview } = await previews.ofDocument(uri);
        const measure = await metered(chosen(preview, session.openPrompt(uri)));
        if (measure === null) return null;
        const prompt = session.openPrompt(uri);
        if (prompt === null) return null;
        if (document.version !== version || session.documents.get(uri) !== document) continue;
        const found = outline(prompt);
        const tokens =
          prompt.text.length > MOST_TEXT
            ? []
            : measure.meter.countParts(
                uri,
                found.leaves.map(({ start, end }) => prompt.text.slice(start, end)),
                (text, index) => sentText(prompt, found.leaves[index]?.part ?? 0, text),
              );
        return { ...measure, document, version, prompt, outline: found, tokens, preview };
      }
      return null;
    },
  };
}

/** What is sent for a stretch of a part at the least: every value that is not known taken for empty. */
function sentText(prompt: PromptDocument, part: number, written: string): string {
  const place = prompt.parts[part];
  const text = place === undefined ? written : place.read(written);
  // Nobody fills anything into what agents load.
  if (prompt.use === 'loaded' || !text.includes('{')) return text;
  // A message without text is left out; with this behind it, it has some.
  const message: Message = { role: 'user', content: `${text}${SENTINEL}` };
  const { messages } = fillPromptWithBlanks({ ...prompt, messages: [message] }, {});
  return messages[0]?.content.slice(0, -SENTINEL.length) ?? '';
}

const SENTINEL = '\u0001';

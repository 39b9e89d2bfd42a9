/** Reads a whole prompt for the rules. */
import type { TokenMeasure } from '../../tokens/token-measure.ts';
import type { Span } from '../prompt-part.ts';
import type { PromptText } from './prompt-text.ts';
import { type PassageSource, readPassage, touches } from './read-passage.ts';

/** A prompt's messages and what its front matter says of the answer. */
export interface PromptSource {
  readonly passages: readonly (PassageSource & { readonly read?: (written: string) => string })[];
  readonly maxTokens?: number | null;
  readonly hasSchema?: boolean;
  /** See `PromptText`. */
  readonly contextTokens?: number;
}

/** A prompt whose tokens `measure` counts. Nothing is read before a rule asks for it. */
export function readPromptText(source: PromptSource, measure: TokenMeasure): PromptText {
  return {
    passages: source.passages.map(readPassage),
    maxTokens: source.maxTokens ?? null,
    hasSchema: source.hasSchema ?? false,
    ...(source.contextTokens === undefined ? {} : { contextTokens: source.contextTokens }),
    tokens: (text) => measure.tokens(text),
    saved(passage, edits) {
      const { text, fixed = [], read } = source.passages[passage] ?? NOTHING;
      // A program's line ends are sent as line feeds, whatever they are.
      if (read === undefined || (fixed.length === 0 && !text.includes('\r')))
        return measure.saved(text, edits);
      const isReturn = (position: number) => text[position] === '\r';
      return measure.saved(text, edits, {
        read,
        mayCut: (position) => !beside(fixed, position) && !isReturn(position - 1) && !isReturn(position),
      });
    },
  };
}

const NOTHING: PassageSource & { readonly read?: (written: string) => string } = { text: '' };

function beside(fixed: readonly Span[], position: number): boolean {
  return touches(fixed, position - 1, position + 1);
}

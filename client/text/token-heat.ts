/** How warm a line is, and how a word splits into tokens. */
import { escapeMarkdown } from '../../protocol/markdown.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type { LineTokens, TokenPieces } from '../../protocol/token-counts.ts';
import type { L10n } from './l10n.ts';

/** A step begins with so many tokens. Fixed, so that a line does not change its colour while others are edited. */
export const HEAT_STEPS: readonly number[] = [12, 25, 50, 100];

/** The step of a line: 0 for a cool one, to `HEAT_STEPS.length`. */
export const heatStep = (tokens: number): number => HEAT_STEPS.filter((least) => tokens >= least).length;

/** A line that is sent. */
export interface HeatLine {
  /** From 0. */
  readonly line: number;
  readonly step: number;
  /** "42", or "≈42". */
  readonly text: string;
}

/** The lines that have any tokens. */
export const heatLines = ({ first, tokens, approximate }: LineTokens): readonly HeatLine[] =>
  tokens.flatMap((count, index) =>
    count === null || count === 0
      ? []
      : [{ line: first + index, step: heatStep(count), text: formatTokens(count, approximate) }],
  );

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** "3 tokens with gpt-5-mini: to|ken|ization", as Markdown. Each piece keeps its place in text from right to left. */
export function piecesText({ pieces, model, approximate }: TokenPieces, l10n: L10n): string {
  const isolated = pieces.some((piece) => RIGHT_TO_LEFT.test(piece))
    ? pieces.map((piece) => `\u2068${piece}\u2069`)
    : pieces;
  const fence = isolated.join('').includes('`') ? '``' : '`';
  const count =
    pieces.length === 1
      ? l10n.t('1 token with {0}', escapeMarkdown(model))
      : l10n.t('{0} tokens with {1}', formatTokens(pieces.length, approximate), escapeMarkdown(model));
  return `${count}: ${fence} ${isolated.join('|')} ${fence}`;
}

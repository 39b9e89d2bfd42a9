/** Totals at few-shot examples: what each of them costs is what decides which ones stay. */
import type { InlayHint, Range } from 'vscode-languageserver';
import { formatTokens } from '../../protocol/receipt.ts';
import type { CountedPrompt } from './counts.ts';
import { countedSections } from './section-tokens.ts';

/** Hints at the ends of the lines in `range` with which examples begin. */
export function exampleHints(counted: CountedPrompt, range: Range): InlayHint[] {
  const { document, meter } = counted;
  const sections = countedSections(counted);
  return sections
    .filter(({ kind, line }) => isExample(kind) && line >= range.start.line && line <= range.end.line)
    .map(({ kind, line, start, end, tokens }) => {
      const inner = sections.filter(
        (one) => one.kind === 'example' && one.start > start && one.end <= end,
      ).length;
      const count = kind === 'examples' && inner > 1 ? `${inner} examples, ` : '';
      const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
      return {
        position: { line, character: text.replace(/[\r\n]+$/, '').length },
        label: `${count}${formatTokens(tokens, meter.approximate)} tokens`,
        paddingLeft: true,
      };
    });
}

const isExample = (kind: string): boolean => kind === 'examples' || kind === 'example';

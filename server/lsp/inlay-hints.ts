/** Totals at few-shot examples: what each of them costs is what decides which ones stay. */
import type { InlayHint, Range } from 'vscode-languageserver';
import { tokenWords } from '../../protocol/receipt.ts';
import type { HandlerContext } from './context.ts';
import type { CountedPrompt } from './counts.ts';
import { countedSections } from './section-tokens.ts';

/** The hints in `range`; none where the setting is off. */
export async function inlayHintsOf(
  { session, counts }: Pick<HandlerContext, 'session' | 'counts'>,
  uri: string,
  range: Range,
): Promise<InlayHint[]> {
  // Without examples nothing is counted for hints.
  const hasExamples = session.openPrompt(uri)?.sections.some(({ kind }) => isExample(kind)) === true;
  const counted = session.settings.inlayHints && hasExamples ? await counts.of(uri) : null;
  return counted === null ? [] : exampleHints(counted, range);
}

/** Hints at the ends of the lines in `range` with which examples begin. */
function exampleHints(counted: CountedPrompt, range: Range): InlayHint[] {
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
        label: `${count}${tokenWords(tokens, meter.approximate)}`,
        paddingLeft: true,
      };
    });
}

const isExample = (kind: string): boolean => kind === 'examples' || kind === 'example';

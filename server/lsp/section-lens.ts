/** The quiet lines above messages and sections: what each has of the whole. */
import type { CodeLens } from 'vscode-languageserver';
import { tokenWords } from '../../protocol/receipt.ts';
import type { CountedPrompt } from './counts.ts';
import { type CountedSection, countedSections } from './section-tokens.ts';

/** More lines than these would be looked at by nobody; the breakdown has them all. */
const MOST_LENSES = 100;

const ROLE_NAMES = { system: 'System', user: 'User', assistant: 'Assistant' } as const;

/**
 * One line above each message where there are several, and above each heading of the highest level that has several in
 * its message. Examples have a hint at the end of their line instead.
 */
export function sectionLenses(counted: CountedPrompt): CodeLens[] {
  const sections = countedSections(counted);
  const messages = sections.filter(({ kind }) => kind === 'role');
  const sent = messages.reduce((sum, { tokens }) => sum + tokens, 0);
  const whole = counted.preview?.inputTokens ?? sent;
  const headings = messages.flatMap(({ part }) =>
    shownHeadings(sections.filter((section) => section.part === part)),
  );
  return [...(messages.length > 1 ? messages : []), ...headings]
    .sort((one, other) => one.line - other.line)
    .slice(0, MOST_LENSES)
    .map(({ line, role, title, tokens }) =>
      lensAt(line, {
        title: [
          role === null ? shortened(title) : ROLE_NAMES[role],
          `${tokenWords(tokens, counted.meter.approximate)}`,
          ...shareOf(tokens, whole),
        ]
          .filter((part) => part !== '')
          .join(' · '),
        tooltip: 'Show where the tokens of this prompt are',
        command: 'farthing.showBreakdown',
        arguments: [counted.prompt.uri],
      }),
    );
}

/** A lens above a line, from 0. */
export const lensAt = (line: number, command: NonNullable<CodeLens['command']>): CodeLens => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  command,
});

/** A title that stands alone is no division: then the headings below it are shown. */
function shownHeadings(sections: readonly CountedSection[]): readonly CountedSection[] {
  for (const level of [1, 2, 3, 4, 5, 6]) {
    const found = sections.filter((section) => section.level === level);
    if (found.length > 1) return found.filter(({ kind }) => kind !== 'example');
  }
  return [];
}

/** "12 %" or "under 1 %"; nothing where there is no whole. */
function shareOf(tokens: number, whole: number): readonly string[] {
  if (whole <= 0 || tokens <= 0) return [];
  const percent = (100 * tokens) / whole;
  return [percent < 1 ? 'under 1 %' : `${Math.min(100, Math.round(percent))} %`];
}

const LONGEST_TITLE = 40;

const shortened = (title: string): string =>
  title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE).replace(/[\uD800-\uDBFF]$/, '')}…` : title;

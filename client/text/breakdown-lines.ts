/** Where the tokens of a prompt are, as lines of a list from which one can jump to a place. */
import { groupThousands } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type {
  Breakdown,
  IncludedTokens,
  IncludeProblem,
  SectionTokens,
} from '../../protocol/token-counts.ts';
import type { L10n } from './l10n.ts';

/** A line of the list. */
export interface BreakdownLine {
  readonly label: string;
  readonly description: string;
  /** Line of the prompt to jump to, from 0; null for none. */
  readonly line: number | null;
}

/** Lines under one heading. */
export interface BreakdownGroup {
  readonly title: string;
  readonly lines: readonly BreakdownLine[];
}

/** What stands above the list: "1,234 tokens with gpt-5-mini, 3 % of the context window (400,000)". */
export function breakdownTitle(found: Breakdown, l10n: L10n): string {
  const count = l10n.t('{0} tokens with {1}', atLeast(found), found.model);
  if (found.contextTokens === null) return count;
  const window = groupThousands(String(found.contextTokens));
  return `${count}, ${l10n.t('{0} of the context window ({1})', share(found.total, found.contextTokens), window)}`;
}

/** All lines; a group without any is left out. */
export function breakdownGroups(found: Breakdown, l10n: L10n): readonly BreakdownGroup[] {
  const tokens = (count: number) => l10n.t('{0} tokens', formatTokens(count, found.approximate));
  const withShare = (count: number) => `${tokens(count)} · ${share(count, found.total)}`;
  const groups: readonly BreakdownGroup[] = [
    {
      title: l10n.t('Sections'),
      lines: found.tooLarge
        ? [line(l10n.t('This prompt is too long to be counted by section.'), '')]
        : found.sections.map((section) => ({
            label: `${'\u2003'.repeat(section.depth)}${sectionName(section, l10n)}`,
            description: withShare(section.tokens),
            line: section.line,
          })),
    },
    {
      title: l10n.t('Around the messages'),
      lines: [
        ...(found.tooLarge ? [] : [line(l10n.t('Chat format'), withShare(found.overhead))]),
        ...(found.byPipeline === 0
          ? []
          : [
              line(
                found.byPipeline > 0
                  ? l10n.t('Added by the pipeline: tools, a schema, a directive')
                  : l10n.t('Left out by the pipeline'),
                tokens(found.byPipeline),
              ),
            ]),
      ],
    },
    {
      title: l10n.t('Variables, counted as empty above'),
      lines:
        found.variables.length === 0
          ? []
          : [line(found.variables.join(', '), valuesText(found.pastValues, tokens, l10n))],
    },
    {
      title: l10n.t("Linked files, added by VS Code's chat and not by a run here"),
      lines: found.included.map((one) => ({
        label: `${'\u2003'.repeat(one.depth)}${one.target}`,
        description: one.tokens === null ? problemText(one, l10n) : tokens(one.tokens),
        line: one.line,
      })),
    },
    {
      title: l10n.t('Not sent'),
      lines:
        found.frontMatter === null
          ? []
          : [
              {
                label: l10n.t('Front matter'),
                description: tokens(found.frontMatter.tokens),
                line: found.frontMatter.line,
              },
            ],
    },
  ];
  return groups.filter(({ lines }) => lines.length > 0);
}

const line = (label: string, description: string): BreakdownLine => ({ label, description, line: null });

const atLeast = ({ total, approximate, variables }: Breakdown): string =>
  `${formatTokens(total, approximate)}${variables.length > 0 ? '+' : ''}`;

/** "34 %", or "under 1 %" of what is less. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (100 * part) / whole;
  return part > 0 && percent < 1 ? 'under 1 %' : `${Math.round(percent)} %`;
}

function sectionName({ role, title, kind }: SectionTokens, l10n: L10n): string {
  if (role === 'system') return l10n.t('System');
  if (role === 'user') return l10n.t('User');
  if (role === 'assistant') return l10n.t('Assistant');
  return title === '' ? (kind === 'heading' ? l10n.t('Section') : l10n.t('Example')) : title;
}

function valuesText(past: Breakdown['pastValues'], tokens: (count: number) => string, l10n: L10n): string {
  if (past === null) return l10n.t('no past runs say how long their values are');
  return past.runs === 1
    ? l10n.t('{0} more, as in the one past run', tokens(past.tokens))
    : l10n.t('{0} more, median of {1} past runs', tokens(past.tokens), past.runs);
}

function problemText({ problem }: IncludedTokens, l10n: L10n): string {
  const texts: Readonly<Record<IncludeProblem, string>> = {
    missing: l10n.t('no such file'),
    circular: l10n.t('leads back to a file that links here: counted once'),
    outside: l10n.t('outside of the open folder: not read'),
    untrusted: l10n.t('not read until you trust this workspace'),
    binary: l10n.t('not a text'),
    'too large': l10n.t('larger than 1 MB: not counted'),
    'too many': l10n.t('more files than are counted'),
    'too deep': l10n.t('linked through too many files: not counted'),
  };
  return problem === null ? '' : texts[problem];
}

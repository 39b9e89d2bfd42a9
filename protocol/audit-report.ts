/** The audit of always-loaded context in Markdown that reads well as it is. */
import type { ContextAudit, LoadedText, TurnCosts } from './audit.ts';
import { formatMoney } from './money.ts';
import { priceOrigin } from './price-date.ts';
import { formatTokens, tokenWords } from './receipt.ts';

/** How a file is named in the report: as a link in an editor, as its path elsewhere. */
export type NameFile = (file: { readonly uri: string; readonly name: string }, line?: number) => string;

/** The report. What it says of money is that of the model named in it. */
export function auditReport(audit: ContextAudit, nameFile: NameFile = ({ name }) => name): string {
  const { always, approximate } = audit;
  const tokens = (count: number) => tokenWords(count, approximate);
  const ofAlways = audit.texts.filter(({ when }) => when === 'always');
  const ofSome = audit.texts.filter(({ when }) => when === 'sometimes');
  const parts = [
    `# Always-loaded context: ${tokens(always.tokens)} with every agent turn`,
    `${costSentence(always.cost, 'They cost')} With ${audit.model} of ${audit.provider}${priceSource(audit)}. Nothing was sent.`,
    '## Loaded with every turn',
    ofAlways.length === 0
      ? 'No file of this workspace is loaded with every turn.'
      : table(ofAlways, audit, nameFile),
  ];
  if (ofSome.length > 0)
    parts.push(
      '## Loaded with some turns',
      'Not in the sum above: each is loaded only with the turns that are named.',
      table(ofSome, audit, nameFile),
    );
  if (audit.tools.length > 0)
    parts.push(
      '## Tool schemas',
      'Their schemas are loaded, too. No file has them, so their size is not known and is in no sum here; switch off in the tool picker what you do not use.',
      audit.tools
        .map(
          (one) =>
            `- ${nameFile(one)}: ${one.kind === 'servers' ? 'servers' : 'tools'} ${one.names.join(', ')}`,
        )
        .join('\n'),
    );
  if (audit.duplicates.length > 0) parts.push('## Duplicates', ...duplicateText(audit, nameFile));
  if (audit.notes.length > 0)
    parts.push('## Notes', audit.notes.map((note) => `- ${nameFile(note)}: ${note.message}`).join('\n'));
  parts.push('## What is counted', ...footnotes(audit));
  return `${parts.join('\n\n')}\n`;
}

const priceSource = ({ priceVersion, simulated }: ContextAudit): string =>
  priceVersion === null
    ? ', whose price is unknown: set it in farthing.prices'
    : `${simulated ? ' (simulated, nothing is billed)' : ''}, ${priceVersion === 'free' ? '' : 'by the '}${priceOrigin(priceVersion)}`;

function costSentence({ uncached, cached }: TurnCosts, subject: string): string {
  if (uncached === null) return `${subject}: price unknown.`;
  return `${subject} ${formatMoney(uncached)} per 1,000 turns uncached, ${formatMoney(cached)} where the provider reads them from its prefix cache.`;
}

function table(texts: readonly LoadedText[], audit: ContextAudit, nameFile: NameFile): string {
  const isSome = texts.some(({ condition }) => condition !== null);
  const rows = texts.map((one) => [
    formatTokens(one.tokens, audit.approximate),
    ...(isSome ? [] : [share(one.tokens, audit.always.tokens)]),
    formatMoney(one.cost.uncached),
    formatMoney(one.cost.cached),
    ...(isSome ? [`with ${one.condition ?? 'every turn'}`] : []),
    // Last, since a link is long and would push the numbers out of sight.
    `${nameFile(one)}${one.part === 'whole file' ? '' : `, ${one.part}`}`,
  ]);
  const head = [
    'Tokens',
    ...(isSome ? [] : ['Share']),
    'Per 1,000 turns',
    'From prefix cache',
    ...(isSome ? ['Loaded'] : []),
    'File',
  ];
  return aligned([head, ...rows]);
}

/** A table whose columns stand below one another as text, too; the last is as long as it is. */
function aligned(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => '-'.repeat(column === widths.length - 1 ? 4 : Math.max(3, width))).join(' | ')} |`;
  const [head = [], ...rest] = cells;
  return [line(head), rule, ...rest.map(line)].join('\n');
}

function share(tokens: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * tokens) / whole;
  return `${percent > 0 && percent < 1 ? 'under 1' : Math.round(percent)} %`;
}

function duplicateText(audit: ContextAudit, nameFile: NameFile): readonly string[] {
  const { duplicates, moreDuplicates, wastedAlways, approximate } = audit;
  const tokens = (count: number) => tokenWords(count, approximate);
  const lines = duplicates.map((one) => {
    const waste =
      one.wastedAlways > 0
        ? `wastes ${tokens(one.wastedAlways)} with every turn`
        : `wastes up to ${tokens(one.wastedAtMost)} where they are loaded together`;
    const places = one.places.map((place) => `${nameFile(place, place.line)} line ${place.line}`);
    return `- "${one.begins.replaceAll('`', "'")}", ${tokens(one.tokens)}, ${waste}: ${places.join('; ')}`;
  });
  if (moreDuplicates > 0) lines.push(`- And ${moreDuplicates} more.`);
  const lead =
    wastedAlways.tokens > 0
      ? `The same text in several places wastes ${tokens(wastedAlways.tokens)} with every turn${formatted(wastedAlways.cost)}. Keep it in one file, and let the others link to that.`
      : 'The same text stands in several places, of which no two are loaded with every turn.';
  return [lead, lines.join('\n')];
}

const formatted = ({ uncached }: TurnCosts): string =>
  uncached === null ? '' : `, ${formatMoney(uncached)} per 1,000 turns uncached`;

function footnotes({ leftOut }: ContextAudit): readonly string[] {
  const notes = [
    'Files of this workspace only. What a tool, an extension or your own profile adds to a turn is not known here.',
    'Tools differ in what they load: VS Code takes AGENTS.md, CLAUDE.md, copilot-instructions.md, instructions and skills, each as its settings allow; Claude Code takes CLAUDE.md and skills.',
    'A provider keeps a prefix only from some length on (1,024 tokens at OpenAI) and for some minutes; the first turn is never read from its cache.',
  ];
  if (leftOut > 0)
    notes.push(
      `${leftOut} more ${leftOut === 1 ? 'file was' : 'files were'} found and not counted: too many, too long, or no UTF-8 text.`,
    );
  return [notes.map((note) => `- ${note}`).join('\n')];
}

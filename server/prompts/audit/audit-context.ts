/** Adds up what every turn of an agent loads from a workspace: counts it, prices it, and finds what is there twice. */
import type {
  AuditContextParams,
  ContextAudit,
  ContextFile,
  DuplicateText,
  LoadedText,
  TurnCosts,
} from '../../../protocol/audit.ts';
import { LONGEST_CONTEXT_FILE, MOST_CONTEXT_FILES } from '../../../protocol/context-files.ts';
import { addMoney } from '../../../protocol/money.ts';
import { formatTokens, NO_USAGE, tokenWords } from '../../../protocol/receipt.ts';
import type { Settings } from '../../../protocol/settings.ts';
import type { PriceBook, TokenCounter } from '../../pipeline/ports.ts';
import type { Route } from '../../pipeline/stage.ts';
import { type Duplicate, findDuplicates } from './duplicates.ts';
import { type LoadedPart, loadedFile } from './loaded-parts.ts';

/** What an audit counts and prices with. */
export interface AuditDependencies {
  readonly counter: Pick<TokenCounter, 'countText'>;
  readonly prices: PriceBook;
  readonly settings: Settings;
  readonly route: Route;
  /** Epoch milliseconds; prices may depend on it. */
  readonly now: number;
}

/** Turns that costs are told for. */
const TURNS = 1000;

/** More than anyone mends at once. */
const MOST_DUPLICATES = 50;

/** Of a duplicate, in characters. */
const LONGEST_BEGINNING = 60;

/** A text that is loaded, with the words that are counted. */
interface Counted extends LoadedPart {
  readonly file: ContextFile;
  readonly tokens: number;
}

/** The audit of files. Never throws for what is in them. */
export async function auditContext(
  { files: given, leftOut }: AuditContextParams,
  dependencies: AuditDependencies,
): Promise<ContextAudit> {
  const files = given.slice(0, MOST_CONTEXT_FILES).filter(({ text }) => text.length <= LONGEST_CONTEXT_FILE);
  const { counter, route } = dependencies;
  const read = files.map((file) => ({ file, ...loadedFile(file.path, file.text) }));
  const notes = read.flatMap(({ file, notes: found }) => found.map((message) => noteOf(file, message)));
  const counted: Counted[] = [];
  let approximate = false;
  for (const { file, parts } of read)
    for (const part of parts) {
      const count = await counter.countText(route.model, part.text);
      approximate ||= count.approximate;
      counted.push({ ...part, file, tokens: count.tokens });
      if (part.budget !== null && count.tokens > part.budget)
        notes.push(
          noteOf(
            file,
            `The ${part.part} has ${tokenWords(count.tokens, count.approximate)}, more than the ${formatTokens(part.budget)} that a skill should have. Move details into files that it links to.`,
          ),
        );
    }
  const texts = counted
    .map((one) => lineOf(one, dependencies))
    .sort((a, b) => rank(a) - rank(b) || b.tokens - a.tokens || a.name.localeCompare(b.name));
  const always = sumOf(texts.filter(({ when }) => when === 'always'));
  const duplicates = await duplicatesOf(counted, dependencies);
  const wasted = duplicates.reduce((sum, one) => sum + one.wastedAlways, 0);
  return {
    provider: route.provider.name,
    model: route.model.id,
    simulated: route.provider.simulated,
    approximate,
    priceVersion: priceOf(1, 0, dependencies).priceVersion,
    texts,
    always,
    duplicates: duplicates.slice(0, MOST_DUPLICATES),
    moreDuplicates: Math.max(0, duplicates.length - MOST_DUPLICATES),
    wastedAlways: { tokens: wasted, cost: costsOf(wasted, dependencies) },
    notes,
    tools: read.flatMap(({ file, tools }) =>
      tools === null ? [] : [{ uri: file.uri, name: shownName(file), ...tools }],
    ),
    leftOut: leftOut + given.length - files.length,
  };
}

const rank = ({ when }: LoadedText): number => (when === 'always' ? 0 : 1);

const noteOf = (file: ContextFile, message: string) => ({ uri: file.uri, name: shownName(file), message });

/** Its path, with the workspace folder in front where there are several. */
const shownName = ({ folder, path }: ContextFile): string => (folder === null ? path : `${folder}/${path}`);

const lineOf = ({ file, part, condition, tokens }: Counted, dependencies: AuditDependencies): LoadedText => ({
  uri: file.uri,
  name: shownName(file),
  part,
  when: condition === null ? 'always' : 'sometimes',
  condition,
  tokens,
  cost: costsOf(tokens, dependencies),
});

/** Of lines, so that the sum is that of what stands above it. */
const sumOf = (texts: readonly LoadedText[]): ContextAudit['always'] =>
  texts.reduce(
    (sum, { tokens, cost }) => ({
      tokens: sum.tokens + tokens,
      cost: {
        uncached: addMoney(sum.cost.uncached, cost.uncached),
        cached: addMoney(sum.cost.cached, cost.cached),
      },
    }),
    { tokens: 0, cost: { uncached: 0, cached: 0 } as TurnCosts },
  );

const costsOf = (tokens: number, dependencies: AuditDependencies): TurnCosts => ({
  uncached: timesTurns(priceOf(tokens, 0, dependencies).nano),
  cached: timesTurns(priceOf(tokens, tokens, dependencies).nano),
});

/** One turn is priced and not a thousand at once: some prices rise with the length of a request. */
const timesTurns = (nano: number | null): number | null => (nano === null ? null : nano * TURNS);

const priceOf = (tokens: number, cached: number, { prices, route, settings, now }: AuditDependencies) =>
  prices.cost(
    route.provider,
    route.model,
    { ...NO_USAGE, inputTokens: tokens, cachedInputTokens: cached, source: 'assumed' },
    settings,
    now,
  );

async function duplicatesOf(
  counted: readonly Counted[],
  { counter, route }: AuditDependencies,
): Promise<readonly DuplicateText[]> {
  const compared = counted.filter(({ composed }) => !composed);
  const found: DuplicateText[] = [];
  for (const duplicate of findDuplicates(compared)) {
    const { tokens } = await counter.countText(route.model, duplicate.text);
    found.push(describe(duplicate, tokens, compared));
  }
  return found.sort((a, b) => b.wastedAlways - a.wastedAlways || b.wastedAtMost - a.wastedAtMost);
}

/** On one line; cut between characters, so that none of two halves is torn. */
function beginningOf(text: string): string {
  const characters = [...text.slice(0, 1000).replace(/\s+/g, ' ').trim()];
  return characters.length <= LONGEST_BEGINNING
    ? characters.join('')
    : `${characters.slice(0, LONGEST_BEGINNING).join('')}…`;
}

function describe({ text, places }: Duplicate, tokens: number, compared: readonly Counted[]): DuplicateText {
  const always = places.filter(({ index }) => compared[index]?.condition === null).length;
  return {
    begins: beginningOf(text),
    tokens,
    places: places.flatMap(({ index, line }) => {
      const file = compared[index]?.file;
      return file === undefined ? [] : [{ uri: file.uri, name: shownName(file), line: line + 1 }];
    }),
    wastedAlways: tokens * Math.max(0, always - 1),
    wastedAtMost: tokens * (places.length - 1),
  };
}

/**
 * Completion and hover in a front matter: models with their prices, and Farthing's own keys. What VS Code's own keys mean
 * it says itself, so nothing here does.
 */
import { type CompletionItem, CompletionItemKind, type Hover, type Position } from 'vscode-languageserver';
import { escapeMarkdown } from '../../protocol/markdown.ts';
import { matchModel } from '../../protocol/model-names.ts';
import { priceDetails, priceLine } from '../../protocol/model-price-text.ts';
import { modelPrice } from '../calls/model-price.ts';
import type { PriceBook } from '../pipeline/ports.ts';
import type { Route } from '../pipeline/stage.ts';
import { FRONT_MATTER_KEYS, type FrontMatterKey, frontMatterKey } from '../prompts/front-matter-keys.ts';
import { type FrontMatterPosition, frontMatterPosition } from '../prompts/front-matter-position.ts';
import { splitLines, withoutLineEnd } from '../prompts/lines.ts';
import { plainYaml } from '../prompts/plain-yaml.ts';
import type { Session } from './session.ts';

/** What the help is drawn from. */
export interface HelpDependencies {
  readonly session: Pick<Session, 'openPrompt' | 'settings'>;
  readonly prices: PriceBook;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** More models than a list shows well. */
const MOST_MODELS = 200;

/** What may be written at a position of an open prompt; empty outside of its front matter. */
export function frontMatterCompletions(
  uri: string,
  position: Position,
  dependencies: HelpDependencies,
): CompletionItem[] {
  const place = placeOf(uri, position, dependencies);
  if (place === null) return [];
  const { at, lines } = place;
  const range = {
    start: { line: position.line, character: at.start },
    end: { line: position.line, character: at.end },
  };
  const space = at.before === ':' ? ' ' : '';
  if (at.kind === 'key') return keyItems(at, lines).map(withRange);
  const key = keyOf(at.path);
  const items = (key?.values ?? []).map(
    ({ name, description }): CompletionItem => ({
      label: name,
      kind: CompletionItemKind.EnumMember,
      ...(description === '' ? {} : { documentation: description }),
    }),
  );
  return [...(takesModel(at.path) ? modelItems(at, dependencies) : []), ...items].map(withRange);

  function withRange(item: CompletionItem): CompletionItem {
    return { ...item, textEdit: { range, newText: `${space}${item.insertText ?? item.label}` } };
  }
}

/** What stands at a position of an open prompt's front matter; null where it is nothing of ours. */
export function frontMatterHover(
  uri: string,
  position: Position,
  dependencies: HelpDependencies,
): Hover | null {
  const place = placeOf(uri, position, dependencies);
  if (place === null || place.at.word === '') return null;
  const { at } = place;
  const value = textAt(at, dependencies);
  if (value === null) return null;
  return {
    contents: { kind: 'markdown', value },
    range: {
      start: { line: position.line, character: at.start },
      end: { line: position.line, character: at.end },
    },
  };
}

function textAt(at: FrontMatterPosition, dependencies: HelpDependencies): string | null {
  if (at.kind === 'key') {
    const key = keyOf([at.path, at.word].filter((part) => part !== '').join('.'));
    return key === null ? null : describe(key);
  }
  const value = keyOf(at.path)?.values.find(({ name }) => name === at.word);
  if (value !== undefined && value.description !== '')
    return `\`${value.name}\`: ${escapeMarkdown(value.description)}`;
  if (!takesModel(at.path)) return null;
  const routes = routesOf(dependencies);
  const route = matchModel(at.word, routes);
  if (route === null) return null;
  const { provider, model } = route;
  const simulated = provider.simulated ? ' (simulated)' : '';
  return `**${escapeMarkdown(model.id)}** · ${escapeMarkdown(provider.name)}${simulated}\n\n${priceDetails(priceOf(route, dependencies))}`;
}

function placeOf(uri: string, { line, character }: Position, { session }: HelpDependencies) {
  const prompt = session.openPrompt(uri);
  const lines = prompt?.frontMatterLines ?? null;
  if (prompt === null || lines === null || prompt.use === 'embedded') return null;
  if (line <= lines.first || line >= lines.last) return null;
  const all = splitLines(prompt.text.slice(0, prompt.bodyOffset)).map(withoutLineEnd);
  // Without the two "---", which are no keys; lines keep their numbers.
  const inside = all.map((text, at) => (at <= lines.first || at >= lines.last ? '' : text));
  const at = frontMatterPosition(inside, line, character);
  return at === null ? null : { at, lines: inside };
}

/** The key of ours at "farthing.cache"; null for any other. */
const keyOf = (path: string): FrontMatterKey | null =>
  path.startsWith('farthing.') ? frontMatterKey(path.slice('farthing.'.length)) : null;

/** VS Code's own `model`, too: it knows what models there are, and not what they cost here. */
const takesModel = (path: string): boolean => path === 'model' || keyOf(path)?.isModel === true;

function keyItems(at: FrontMatterPosition, lines: readonly string[]): CompletionItem[] {
  if (at.path !== '' && at.path !== 'farthing') return [];
  const prefix = at.path === '' ? 'farthing.' : '';
  const isNamed = (key: FrontMatterKey) =>
    key.name !== at.word.replace(/^farthing\./, '') &&
    lines.some((line) => new RegExp(`^\\s*${prefix === '' ? '' : 'farthing\\.'}${key.name}\\s*:`).test(line));
  const colon = at.after === ':' ? '' : ': ';
  return FRONT_MATTER_KEYS.filter((key) => !isNamed(key)).map((key) => ({
    label: `${prefix}${key.name}`,
    kind: CompletionItemKind.Property,
    detail: 'Farthing',
    documentation: { kind: 'markdown', value: describe(key) },
    insertText: `${prefix}${key.name}${colon}`,
  }));
}

function describe({ name, description, values }: FrontMatterKey): string {
  const list = values.map((value) =>
    value.description === ''
      ? `- \`${value.name}\``
      : `- \`${value.name}\`: ${escapeMarkdown(value.description)}`,
  );
  return [`**farthing.${name}**`, description, list.join('\n')].filter((part) => part !== '').join('\n\n');
}

const routesOf = ({ session }: HelpDependencies): readonly Route[] =>
  session.settings.providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));

const priceOf = (route: Route, { prices, session, now }: HelpDependencies) =>
  modelPrice(prices, route, session.settings, now());

function modelItems(at: FrontMatterPosition, dependencies: HelpDependencies): CompletionItem[] {
  const routes = routesOf(dependencies);
  const isQuoted = at.before === '"' || at.before === "'";
  return routes.slice(0, MOST_MODELS).map((route) => {
    const { provider, model } = route;
    const isAmbiguous = routes.filter((other) => other.model.id === model.id).length > 1;
    const label = isAmbiguous ? `${provider.name}/${model.id}` : model.id;
    const price = priceOf(route, dependencies);
    return {
      label,
      kind: CompletionItemKind.Value,
      detail: `${provider.name}${provider.simulated ? ' (simulated)' : ''} · ${priceLine(price)}`,
      documentation: { kind: 'markdown', value: priceDetails(price) },
      insertText: isQuoted ? label : plainYaml(label),
      // What has been typed is compared with this.
      filterText: label,
    };
  });
}

/** Draws the spend by model: the chart, and one key away the same as a table. */
import { type Child, type Described, element } from '../dom.ts';
import type { SpendRow, SpendView } from '../model/spend.ts';
import { DEMO } from '../model/words.ts';

export interface SpendOptions {
  /** The chart's element, made once. */
  readonly chart: Element;
  readonly tableOpen: boolean;
  toggleTable(): void;
}

/** The section of the chart. */
export function spendView(spend: SpendView, options: SpendOptions): Described {
  const { tableOpen } = options;
  return element(
    'section',
    { key: 'spend', 'aria-labelledby': 'spend-title' },
    element(
      'header',
      { key: 'header' },
      element('h2', { id: 'spend-title' }, spend.title),
      element(
        'button',
        {
          type: 'button',
          class: 'link',
          'aria-expanded': String(tableOpen),
          'aria-controls': 'spend-table',
          onclick: () => options.toggleTable(),
        },
        tableOpen ? 'Hide table' : 'Show as table',
      ),
    ),
    options.chart,
    spend.more === null ? null : element('p', { key: 'more', class: 'more' }, spend.more),
    element(
      'div',
      { key: 'table', id: 'spend-table', hidden: !tableOpen },
      tableOpen ? tableView(spend) : null,
    ),
  );
}

function tableView(spend: SpendView): Described {
  return element(
    'table',
    {},
    element('caption', { class: 'visually-hidden' }, spend.title),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { key: 'model', scope: 'col' }, 'Model'),
        ...['Calls', 'Spend', 'Share'].map((name) =>
          element('th', { key: name, scope: 'col', class: 'number' }, name),
        ),
      ),
    ),
    element('tbody', {}, ...spend.rows.map(rowView)),
  );
}

function rowView(row: SpendRow): Described {
  return element(
    'tr',
    { key: row.key },
    element(
      'th',
      { scope: 'row' },
      element('span', { key: 'model' }, row.label),
      row.simulated ? element('span', { key: 'tag', class: 'tag' }, DEMO) : null,
      element('span', { key: 'provider', class: 'provider' }, row.provider),
    ),
    element('td', { key: 'calls', class: 'number' }, row.calls),
    element('td', { key: 'spend', class: 'number' }, row.spend),
    element('td', { key: 'share', class: 'number' }, ...shareView(row)),
  );
}

function shareView(row: SpendRow): readonly Child[] {
  if (row.share !== null) return [row.share];
  return [
    element('span', { key: 'mark', 'aria-hidden': 'true' }, '–'),
    element('span', { key: 'word', class: 'visually-hidden' }, 'unknown'),
  ];
}

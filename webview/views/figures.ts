/** Draws the day's figures as a definition list; a figure with a definition opens it in place. */
import { type Described, element } from '../dom.ts';
import type { Figure, FiguresView } from '../model/figures.ts';

/** The figures of the day. */
export function figuresView(figures: FiguresView): Described {
  return element(
    'section',
    { key: 'figures', class: 'figures', 'aria-label': 'Figures' },
    figures.badge === null ? null : element('p', { key: 'badge', class: 'badge' }, figures.badge),
    element(
      'dl',
      { key: 'figures', class: 'figure-grid' },
      figureView(figures.spend, 'figure spend'),
      ...figures.others.map((figure) => figureView(figure, 'figure')),
    ),
    element(
      'dl',
      { key: 'tokens', class: 'token-list' },
      ...figures.tokens.map((figure) => figureView(figure, 'figure')),
    ),
    figures.demoLine === null ? null : element('p', { key: 'demo', class: 'demo-line' }, figures.demoLine),
  );
}

function figureView(figure: Figure, className: string): Described {
  const value = element('span', { key: 'value', class: 'value' }, figure.value);
  const note = figure.note === null ? null : element('span', { key: 'note', class: 'note' }, figure.note);
  return element(
    'div',
    { key: figure.id, class: className },
    element(
      'dt',
      figure.definition === null ? {} : { class: 'opens', onclick: toggleDefinition },
      figure.label,
    ),
    element('dd', {}, ...(figure.definition === null ? [value, note] : [definedValue(figure, value, note)])),
  );
}

/** The hidden words make the name of what opens a sentence: "Saved: $0.31", "Spent today: ≥ $1.23, 2 calls of …". */
function definedValue(figure: Figure, value: Described, note: Described | null): Described {
  const hidden = (key: string, words: string): Described =>
    element('span', { key, class: 'visually-hidden' }, words);
  return element(
    'details',
    {},
    element(
      'summary',
      { title: 'What does this mean?' },
      hidden('label', `${figure.label}: `),
      value,
      note === null ? null : hidden('comma', ', '),
      note,
    ),
    element('p', {}, figure.definition),
  );
}

/** A click on the label does what a click on the figure does; the keyboard has the figure. */
function toggleDefinition(event: Event): void {
  const label = event.currentTarget;
  if (!(label instanceof Element)) return;
  const details = label.parentElement?.querySelector('details');
  details?.toggleAttribute('open');
}

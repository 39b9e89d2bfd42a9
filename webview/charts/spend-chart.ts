/** Spend by model as horizontal bars. The bars are shares; what they are worth is written above them. */
import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js';
import type { SpendRow, SpendView } from '../model/spend.ts';
import { hatchOf } from './hatch.ts';
import { BAR_HEIGHT, rowLabels } from './row-labels.ts';
import { type ChartTheme, onThemeChange, readTheme } from './theme.ts';

/** The drawn chart; `element` goes wherever the view wants it. */
export interface SpendChart {
  readonly element: HTMLElement;
  show(view: SpendView): void;
}

/** Creates the chart; it follows its element's width and the editor's theme from then on. */
export function createSpendChart(): SpendChart {
  Chart.register(BarController, BarElement, CategoryScale, LinearScale);
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const holder = document.createElement('div');
  holder.className = 'chart';
  holder.append(canvas);

  let rows: readonly SpendRow[] = [];
  let theme = readTheme();
  const chart = new Chart<'bar', number[], string>(canvas, {
    type: 'bar',
    data: { labels: [], datasets: [{ data: [] }] },
    options: {
      indexAxis: 'y',
      // Its size comes from the rows and the holder, below.
      responsive: false,
      maintainAspectRatio: false,
      animation: false,
      // Nothing hides behind the pointer: every value is written out, and in the table.
      events: [],
      scales: { x: { display: false, min: 0, max: 1 }, y: { display: false } },
    },
    plugins: [rowLabels({ rows: () => rows, theme: () => theme })],
  });

  const redraw = (): void => {
    const width = holder.clientWidth;
    if (width === 0 || rows.length === 0) return;
    theme = readTheme();
    const rowHeight = Math.ceil(theme.fontSize * 1.4) + BAR_HEIGHT + 10;
    const top = 4;
    chart.options.layout = { padding: { top } };
    chart.data.labels = rows.map((row) => row.key);
    chart.data.datasets = [{ data: rows.map(lengthOf), ...looksOf(rows, theme) }];
    chart.resize(width, top + rows.length * rowHeight);
    chart.update('none');
  };
  new ResizeObserver(redraw).observe(holder);
  onThemeChange(redraw);

  return {
    element: holder,
    show(view) {
      rows = view.bars;
      canvas.setAttribute('aria-label', view.finding);
      redraw();
    },
  };
}

/** Length of a bar on an axis from 0 to 1: a spend that is not nothing stays visible. */
const lengthOf = (row: SpendRow): number => (row.ratio === 0 ? 0 : Math.max(row.ratio, 0.01));

/** How the bars look: simulated ones are hatched in every theme, real ones where contrast is high. */
function looksOf(rows: readonly SpendRow[], theme: ChartTheme) {
  const colourOf = (row: SpendRow): string => (row.simulated ? theme.demoBar : theme.bar);
  return {
    barThickness: BAR_HEIGHT,
    borderRadius: theme.highContrast ? 0 : BAR_HEIGHT / 2,
    borderSkipped: false,
    borderWidth: rows.map((row) => (theme.highContrast || row.simulated ? 1 : 0)),
    borderColor: rows.map((row) => (theme.highContrast ? theme.text : colourOf(row))),
    backgroundColor: rows.map((row) => {
      if (row.simulated) return hatchOf('crossed', colourOf(row));
      return theme.highContrast ? hatchOf('rising', colourOf(row)) : colourOf(row);
    }),
  };
}
